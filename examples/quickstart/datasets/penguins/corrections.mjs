/** Reads corrections.csv: lines with `#` are remarks, then a header, then row, column, value, reason. */
export function parseCorrections(csv) {
  const [, ...lines] = csv.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [row, column, value] = line.split(',').map((cell) => cell.trim());
    return { row: Number(row), column, value };
  });
}

/** Applies corrections in place; one that names no known cell is an error, never silently lost. */
export function correct(penguins, corrections) {
  for (const { row, column, value } of corrections) {
    const penguin = penguins[row - 1];
    if (!penguin || !(column in penguin))
      throw new Error(`corrections.csv: no cell at row ${row}, ${column}`);
    penguin[column] = parseCell(column, value);
  }
}

function parseCell(column, value) {
  if (value === '') return null;
  if (!/(Mm|G)$/.test(column)) return value;
  if (!Number.isFinite(Number(value)))
    throw new Error(`corrections.csv: ${column} must be a number, not ${value}`);
  return Number(value);
}
