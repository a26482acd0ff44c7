import { text } from './texts.js';

/** What stands in the columns of these names are numbers and times: to the right. */
const numbers = new Set(['cache', 'store', 'size', 'took', 'pushed', 'stored']);

/** @param nothing what is said where there is no row */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  nothing: string,
): string {
  if (rows.length === 0) return `<p>${text(nothing)}</p>`;
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell, at) => `<${tag}${numbers.has(head[at] ?? '') ? ' class="number"' : ''}>${text(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table></div>`;
}
