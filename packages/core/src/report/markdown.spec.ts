import fc from 'fast-check';
import MarkdownIt from 'markdown-it';

import { markdownOf } from './markdown.js';
import { named, text } from './page.js';
import type { Page } from './page.js';
import { hostileNames } from './testing/hostile.js';

const pageOf = (names: readonly string[], rows = 3): Page => ({
  title: names[0] ?? 'none',
  lead: names.map((name) => [name, ' and ', named(name)]),
  overview: {
    kind: 'table',
    caption: 'models',
    head: ['model', 'state'],
    rows: names.map((name) => [[named(name)], [name]]),
    numeric: [],
  },
  sections: names.map((name, index) => ({
    anchor: `model-${String(index)}`,
    title: [named(name), ' changed'],
    blocks: [
      text(name),
      {
        kind: 'table',
        caption: name,
        head: ['a', 'b'],
        rows: Array.from({ length: rows }, () => [[named(name)], [name]]),
        numeric: [1],
      },
      { kind: 'list', items: [[name]] },
    ],
    more: [{ title: name, blocks: [text(named(name))] }],
  })),
  foot: [[names.join(' ')]],
});

const known = 'h2 p table thead tbody tr th td details summary ul li code sub b strong blockquote'.split(' ');

const bytes = (text: string): number => Buffer.byteLength(text);
/** As GitHub and GitLab read it: HTML passes, addresses become links. */
const renderer = new MarkdownIt({ html: true, linkify: true });
// Neither makes a link of a bare domain, nor of an address parted by what cannot be seen.
renderer.linkify.set({ fuzzyLink: false, fuzzyEmail: false }).add('//', null);
const rendered = (markdown: string): string => renderer.render(markdown);
/** What is looked through for names to call and numbers to refer to: all text that is not code. */
const readText = (html: string): string =>
  html
    .replace(/<code>[\s\S]*?<\/code>/g, '')
    .replace(/<[^>]*>/g, '\n')
    .replace(/&lt;|&gt;|&quot;/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/&amp;/g, '&');

describe('A page as markdown', () => {
  it.each(hostileNames)('shows %j and obeys nothing in it', (name) => {
    const markdown = markdownOf(pageOf([name]), { limit: 60_000 });
    const html = rendered(markdown);
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag));
    for (const tag of tags) expect(known).toContain(tag);
    expect(html.match(/<(?!t[hd] style="text-align:right")[a-z][^<>]*\s[^<>]*>/g)).toBeNull();
    expect(readText(html)).not.toMatch(/@[A-Za-z0-9]|[#!%~&$^]\d|[~%$]\w|:\/\/|\bwww\.|\bgh-\d/i);
    // What GitLab obeys, wherever a line begins with it.
    expect(markdown).not.toMatch(/^\s*\/\w/m);
    for (const row of html.matchAll(/<tr>([\s\S]*?)<\/tr>/g))
      expect(row[1]?.match(/<t[hd]/g)).toHaveLength(2);
    expect(html.match(/<details>/g)).toHaveLength(2);
    expect(html.match(/<\/details>/g)).toHaveLength(2);
  });

  it.each(hostileNames.filter((name) => name.length < 300 && !/[\n\u2028\u202e]/.test(name)))(
    'shows all of %j',
    (name) => {
      const html = rendered(markdownOf(pageOf([name]), { limit: 60_000 }));
      const [, cell = ''] = /<tbody>\s*<tr>\s*<td><code>([\s\S]*?)<\/code>/.exec(html) ?? [];
      const shown = cell
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"')
        .replace(/&amp;/g, '&');
      // Only a backslash before a bar takes a space.
      expect(shown.trim()).toBe(name.replace(/\\(?=\|)/g, '\\ '));
    },
  );

  it('is never longer than it may be, and tells what was left out', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `team-${String(index)}-${'model'.repeat(10)}`);
    for (const limit of [2000, 10_000, 60_000, 1_000_000]) {
      const markdown = markdownOf(pageOf(many, 40), { limit, fullPage: 'https://ci.example/run/7' });
      expect(bytes(markdown)).toBeLessThanOrEqual(limit);
      if (limit > 200_000) continue;
      expect(bytes(markdown)).toBeGreaterThan(limit * 0.3);
    }
    const cut = markdownOf(
      { ...pageOf(many, 40), lead: [], foot: [] },
      { limit: 60_000, fullPage: 'https://ci.example/run/7' },
    );
    expect(cut).toMatch(
      /No room here for \d+ rows of the table and the details of \d+ models\. \[All of it\]\(<https:\/\/ci\.example\/run\/7>\)\./,
    );
    expect(cut).toContain('team-0-');
    expect(bytes(cut)).toBeGreaterThan(50_000);
  });

  it('leaves out the folded parts of a section before the section', () => {
    const page = { ...pageOf(['one']), lead: [], overview: undefined, foot: [] };
    const [section] = page.sections;
    if (section === undefined) throw new Error('it has one');
    const long = {
      ...page,
      sections: [
        {
          ...section,
          more: [
            { title: 'plots', blocks: [text('y'.repeat(900)), text('y'.repeat(900)), text('y'.repeat(900))] },
          ],
        },
      ],
    };
    const markdown = markdownOf(long, { limit: 2000 });
    expect(markdown).toContain('<code>one</code>');
    expect(markdown).not.toContain('yyy');
  });

  it('keeps to its limit whatever the names', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { minLength: 1, maxLength: 20 }),
        (names) => {
          expect(bytes(markdownOf(pageOf(names), { limit: 4000 }))).toBeLessThanOrEqual(4000);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('refuses an address that is none of a page', () => {
    const options = { limit: 2000, fullPage: 'javascript:alert(1)' };
    const many = Array.from({ length: 200 }, (_, index) => `m${String(index)}`);
    expect(() => markdownOf(pageOf(many), options)).toThrow(TypeError);
  });
});
