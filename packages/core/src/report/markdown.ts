import { markdownCell, markdownLine, summaryText } from './markdown-text.js';
import type { Block, Page, Section, TableBlock } from './page.js';

export interface MarkdownOptions {
  /** Bytes in UTF-8; nothing that is written is longer. At least 2,000. */
  readonly limit: number;
  /** Where all of it stands, for what is left out here. An http(s) address. */
  readonly fullPage?: string | undefined;
  /** First line, by which this text is found again: an HTML comment. */
  readonly marker?: string | undefined;
}

/** Room for the notice of what was left out. */
const noticeBytes = 600;
/** The overview may take so much of the room; the rest is for what is told of each model. */
const overviewShare = 0.5;

/**
 * A page as GitHub's and GitLab's markdown, each section folded. What does not fit is left out from the end, first the folded parts of a
 * section, then sections, then rows of the overview; how much that was is told.
 */
export function markdownOf(page: Page, options: MarkdownOptions): string {
  const head = [
    ...(options.marker === undefined ? [] : [options.marker]),
    `## ${markdownLine([page.title])}`,
    ...page.lead.map(markdownLine),
  ].join('\n\n');
  const foot = page.foot.map((line) => `\n\n<sub>${markdownLine(line)}</sub>`).join('');
  const room = new Room(options.limit - bytesOf(head) - bytesOf(foot) - noticeBytes);
  const overview = overviewText(page.overview, room);
  const sections = sectionsText(page.sections, room);
  const notice = noticeText({ ...overview, sections: page.sections.length - sections.told, options });
  return fitted(`${head}${overview.text}${sections.text}${notice}${foot}\n`, options.limit);
}

class Room {
  left: number;

  constructor(bytes: number) {
    this.left = bytes;
  }

  /** Takes what a text needs, if there is so much. */
  take(text: string, most = this.left): boolean {
    const bytes = bytesOf(text);
    if (bytes > Math.min(most, this.left)) return false;
    this.left -= bytes;
    return true;
  }
}

function overviewText(
  table: TableBlock | undefined,
  room: Room,
): { readonly text: string; readonly rows: number } {
  if (table === undefined || table.rows.length === 0) return { text: '', rows: 0 };
  const [head, ...rows] = tableLines(table);
  const until = room.left * (1 - overviewShare);
  const told: string[] = [];
  for (const row of rows) {
    if (!room.take(`\n${row}`, room.left - until)) break;
    told.push(row);
  }
  return { text: `\n\n${[head, ...told].join('\n')}`, rows: rows.length - told.length };
}

function sectionsText(
  sections: readonly Section[],
  room: Room,
): { readonly text: string; readonly told: number } {
  const texts: string[] = [];
  for (const section of sections) {
    const found = [sectionText(section), sectionText({ ...section, more: [] })].find((one) => room.take(one));
    if (found === undefined) break;
    texts.push(found);
  }
  return { text: texts.join(''), told: texts.length };
}

function sectionText({ title, blocks, more }: Section): string {
  const folded = more.map(
    (part) =>
      `\n\n<details><summary>${summaryText([part.title])}</summary>${blocksText(part.blocks)}\n\n</details>`,
  );
  return `\n\n<details><summary>${summaryText(title)}</summary>${blocksText(blocks)}${folded.join('')}\n\n</details>`;
}

/** An empty line before each, or what follows HTML would be HTML too. */
function blocksText(blocks: readonly Block[]): string {
  return blocks.map((block) => `\n\n${blockText(block)}`).join('');
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'text':
      return markdownLine(block.line);
    case 'list':
      return block.items.map((item) => `- ${markdownLine(item)}`).join('\n');
    case 'table':
      return `${markdownLine([block.caption])}:\n\n${tableLines(block).join('\n')}`;
    case 'figure': {
      const title = markdownLine([{ text: block.title, as: 'strong' }, `: ${block.alt}`]);
      return block.table === undefined ? title : `${title}\n\n${tableLines(block.table).join('\n')}`;
    }
  }
}

/** The head with its rule as one, and a line a row. */
function tableLines({ head, rows, numeric }: TableBlock): readonly string[] {
  const rule = head.map((_, column) => (numeric.includes(column) ? '---:' : '---'));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `${line(head.map((name) => markdownCell([name])))}\n${line(rule)}`,
    ...rows.map((cells) => line(head.map((_, column) => markdownCell(cells[column] ?? [])))),
  ];
}

interface LeftOut {
  /** Of the overview. */
  readonly rows: number;
  readonly sections: number;
  readonly options: MarkdownOptions;
}

function noticeText({ rows, sections, options: { fullPage } }: LeftOut): string {
  if (rows + sections === 0) return '';
  const parts = [
    ...(rows > 0 ? [`${String(rows)} ${rows === 1 ? 'row' : 'rows'} of the table`] : []),
    ...(sections > 0 ? [`the details of ${String(sections)} ${sections === 1 ? 'model' : 'models'}`] : []),
  ];
  const where =
    fullPage === undefined
      ? 'nx-ml report --format html has all of it.'
      : `[All of it](<${urlText(fullPage)}>).`;
  return `\n\n> No room here for ${parts.join(' and ')}. ${where}`;
}

/** Within `<…>`; @throws TypeError for what is no address. */
function urlText(url: string): string {
  const { href, protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`${protocol} is no address of a page`);
  return href.replace(/[<>|\\\s]/g, encodeURIComponent).slice(0, 500);
}

/** A title or lead beyond all measure is cut, wherever that is: a text that is too long would be refused as a whole. */
function fitted(text: string, limit: number): string {
  if (bytesOf(text) <= limit) return text;
  return Buffer.from(text)
    .subarray(0, limit - 4)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
