import { digestOf, hexOf } from '../kernel/index.js';
import { htmlOf } from './html.js';
import { named, text } from './page.js';
import type { Page } from './page.js';
import { hostileNames } from './testing/hostile.js';

const page: Page = {
  title: hostileNames.join(' '),
  lead: hostileNames.map((name) => [name, named(name)]),
  overview: {
    kind: 'table',
    caption: hostileNames[0] ?? '',
    head: ['model', 'state'],
    rows: hostileNames.map((name) => [[named(name)], [name]]),
    numeric: [1],
  },
  sections: hostileNames.map((name, index) => ({
    anchor: `model-${String(index + 1)}`,
    title: [named(name)],
    blocks: [
      text(name),
      { kind: 'figure', title: name, alt: name, svg: '<svg width="1"></svg>', table: undefined },
    ],
    more: [{ title: name, blocks: [text(name)] }],
  })),
  foot: [],
};

describe('A page as HTML', () => {
  const html = htmlOf(page);

  it('has no element, attribute or address that a name brought', () => {
    const tags = new Set([...html.matchAll(/<\/?([a-zA-Z0-9]+)/g)].map(([, tag]) => tag));
    for (const tag of ['script', 'img', 'iframe', 'link', 'base', 'form', 'object'])
      expect(tags).not.toContain(tag);
    const attributes = [...html.matchAll(/<[a-z][^<>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
    expect(attributes.filter((tag) => /\s(?:on\w+|src|style|srcdoc)=/.test(tag))).toEqual([]);
    for (const [, address] of html.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^#model-\d+$/);
  });

  it('forbids all but its own style sheet', () => {
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
    const hash = Buffer.from(hexOf(digestOf(style)), 'hex').toString('base64');
    expect(html).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`);
  });

  it('can be read without seeing it: language, headings in order, headed tables, named figures', () => {
    expect(html).toContain('<html lang="en">');
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html.match(/<h2 /g)).toHaveLength(hostileNames.length);
    expect(html.indexOf('<h2 ')).toBeLessThan(html.indexOf('<h3>'));
    expect(html.match(/<svg /g)?.length).toBe(html.match(/<svg role="img" aria-label="/g)?.length);
    expect(html).toContain('<th scope="col">');
    expect(html).toContain('<th scope="row">');
  });

  it('has colours with a contrast of 4.5 by day and by night', () => {
    const palettes = [
      ...html.matchAll(
        /--fg: (#\w+); --dim: (#\w+); --bg: (#\w+); --soft: (#\w+)[\s\S]*?--accent: (#\w+); --one: (#\w+); --two: (#\w+); --good: (#\w+); --bad: (#\w+)/g,
      ),
    ];
    expect(palettes).toHaveLength(2);
    for (const [, fg = '', dim = '', bg = '', soft = '', ...others] of palettes) {
      for (const colour of [fg, dim, ...others]) expect(contrast(colour, bg)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(fg, soft)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** WCAG 2's ratio of relative luminances. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
