import { markdownCell } from '../../report/markdown-text.js';
import type { Line } from '../../report/page.js';

/** @param rows as many cells as the head has */
export function tableText(head: readonly string[], rows: readonly (readonly Line[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head.map((name) => (name === '' ? ' ' : markdownCell([name])))),
    line(head.map(() => '---')),
    ...rows.map((cells) => line(cells.map(markdownCell))),
  ].join('\n');
}

/** `3.4 MB`: 10^6 bytes. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const at = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${String(Number((bytes / 1000 ** at).toPrecision(3)))} ${units[at] ?? ''}`;
}

/** Four digits: what is beyond them is chance. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(4)));
}
