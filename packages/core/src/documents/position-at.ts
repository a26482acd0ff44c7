/** Line and column of an offset, both from 1. A byte order mark takes no column, as in editors. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line += 1;
    start = end + 1;
  }
  const mark = start === 0 && text.startsWith('\uFEFF') ? 1 : 0;
  return { line, column: Math.max(offset - start + 1 - mark, 1) };
}
