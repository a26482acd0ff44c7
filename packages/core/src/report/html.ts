import { digestOf, hexOf } from '../kernel/index.js';
import { htmlStyle } from './html-style.js';
import type { Block, FigureBlock, Line, Page, Section, TableBlock } from './page.js';
import { escapeHtml, plainText } from './plain-text.js';

/**
 * A page as one HTML file that loads nothing and runs nothing: the policy in its head forbids all but its own style sheet, so that
 * nothing in a name could do anything even if it got through.
 */
export function htmlOf(page: Page): string {
  const hash = Buffer.from(hexOf(digestOf(htmlStyle)), 'hex').toString('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(plainText(page.title))}</title>`,
    `<style>${htmlStyle}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escapeHtml(plainText(page.title))}</h1>`,
    ...page.lead.map((line) => `<p>${lineHtml(line)}</p>`),
    ...(page.overview === undefined ? [] : [overviewHtml(page.overview, page.sections)]),
    ...page.sections.map(sectionHtml),
    ...(page.foot.length === 0
      ? []
      : [`<footer>${page.foot.map((line) => `<p>${lineHtml(line)}</p>`).join('')}</footer>`]),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Rows lead to their sections, which stand in the same order. */
function overviewHtml(table: TableBlock, sections: readonly Section[]): string {
  return tableHtml(table, (index) => sections[index]?.anchor);
}

function sectionHtml({ title, anchor, blocks, more }: Section): string {
  const folded = more.map(
    (part) =>
      `<details><summary><h3>${escapeHtml(plainText(part.title))}</h3></summary>\n${blocksHtml(part.blocks)}</details>`,
  );
  return [
    `<section id="${escapeHtml(anchor)}" aria-labelledby="${escapeHtml(anchor)}-title">`,
    `<h2 id="${escapeHtml(anchor)}-title">${lineHtml(title)}</h2>`,
    blocksHtml(blocks),
    ...folded,
    '</section>',
  ].join('\n');
}

/** Figures that follow one another stand side by side where there is room. */
function blocksHtml(blocks: readonly Block[]): string {
  const parts: string[] = [];
  let figures: string[] = [];
  const close = (): void => {
    if (figures.length > 0) parts.push(`<div class="figures">${figures.join('')}</div>`);
    figures = [];
  };
  for (const block of blocks)
    if (block.kind === 'figure') figures.push(figureHtml(block));
    else {
      close();
      parts.push(blockHtml(block));
    }
  close();
  return parts.join('\n');
}

function blockHtml(block: Exclude<Block, FigureBlock>): string {
  switch (block.kind) {
    case 'text':
      return `<p>${lineHtml(block.line)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${lineHtml(item)}</li>`).join('')}</ul>`;
    case 'table':
      return tableHtml(block);
  }
}

function figureHtml({ title, alt, svg, table }: FigureBlock): string {
  const label = `<svg role="img" aria-label="${escapeHtml(plainText(`${title}: ${alt}`))}" `;
  const drawing = svg === undefined ? '' : svg.replace(/^<svg /, () => label);
  const numbers = table === undefined ? '' : tableHtml(table);
  const below =
    svg === undefined || numbers === ''
      ? numbers
      : `<details><summary>The same in numbers</summary>${numbers}</details>`;
  return `<figure>${drawing}<figcaption><b>${escapeHtml(plainText(title))}</b>: ${escapeHtml(plainText(alt))}</figcaption>${below}</figure>`;
}

function tableHtml(
  { caption, head, rows, numeric }: TableBlock,
  anchorOf: (row: number) => string | undefined = () => undefined,
): string {
  const align = (column: number): string => (numeric.includes(column) ? ' class="n"' : '');
  const headings = head.map((name, column) => `<th scope="col"${align(column)}>${escapeHtml(name)}</th>`);
  const body = rows.map((cells, row) => {
    const anchor = anchorOf(row);
    return `<tr>${head.map((_, column) => cellHtml(cells[column] ?? [], { column, align, anchor })).join('')}</tr>`;
  });
  // Wider than a small screen: then it scrolls by itself, with the keyboard too.
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(plainText(caption))}"><table><caption>${escapeHtml(plainText(caption))}</caption><thead><tr>${headings.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

interface CellPlace {
  readonly column: number;
  readonly align: (column: number) => string;
  /** Of what the row's heading leads to. */
  readonly anchor: string | undefined;
}

function cellHtml(line: Line, { column, align, anchor }: CellPlace): string {
  const text = lineHtml(line);
  if (column > 0) return `<td${align(column)}>${text}</td>`;
  return `<th scope="row">${anchor === undefined ? text : `<a href="#${escapeHtml(anchor)}">${text}</a>`}</th>`;
}

function lineHtml(line: Line): string {
  return line
    .map((span) => {
      if (typeof span === 'string')
        return escapeHtml(span.replace(/\S[\s\S]*\S|\S/, (text) => plainText(text, 1000)));
      const text = escapeHtml(plainText(span.text));
      return span.as === 'name' ? `<code>${text}</code>` : `<b>${text}</b>`;
    })
    .join('');
}
