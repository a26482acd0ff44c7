/** Rows of cells as lines whose columns start at the same place, two spaces apart. Empty columns take no room. */
export function alignColumns(rows: readonly (readonly string[])[], indent = ''): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return rows.map((row) => {
    const cells = row.flatMap((cell, column) =>
      widths[column] === 0 ? [] : [cell.padEnd(widths[column] ?? 0)],
    );
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
}

/** Items as one or more lines, none longer than `width` where it can be helped. */
export function wrapItems(items: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const longer = line === '' ? item : `${line}   ${item}`;
    if (line !== '' && longer.length > width) {
      lines.push(line);
      line = item;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}
