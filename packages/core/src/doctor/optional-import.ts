/** Does the import on this line (from 1) of a Python source stand in a `try:` or under TYPE_CHECKING? */
export function isOptionalImport(source: string, line: number): boolean {
  const lines = source.split(/\r?\n/).slice(0, line);
  let indent = indentOf(lines.pop() ?? '');
  for (const above of lines.reverse()) {
    if (/^\s*(#.*)?$/.test(above) || indentOf(above) >= indent) continue;
    if (/^\s*(try|except\b.*|if\s+(typing\.)?TYPE_CHECKING)\s*:/.test(above)) return true;
    indent = indentOf(above);
  }
  return false;
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}
