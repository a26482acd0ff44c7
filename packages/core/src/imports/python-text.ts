import type { OpenImport, PythonImport } from './model.js';
import type { SourceLines } from './source-lines.js';

/** Looks ahead instead of consuming, so that a line of prose cannot swallow the statement after it. */
const statement =
  /(?:^|[;:])[ \t]*(?=from\b([ \t.\p{L}\p{N}_]*?)(?<![\p{L}\p{N}_])c?import\b[ \t]*(\((?:[^()#]|#[^\n]*)*\)|[^\n;#]*)|c?import\b[ \t]*([^\n;#]+))/gmu;
const call = /\b(?:import_module|__import__)[ \t]*\(\s*(?:(['"])([^'"\\\n]*)\1)?/g;

/**
 * Finds imports in a text that could not be parsed in full. Finds every one, and may take a line of a docstring for
 * one: too much rather than too little.
 */
export function searchPythonText(
  source: string,
  lines: SourceLines,
): { imports: PythonImport[]; open: OpenImport[] } {
  // Of equal length, so that offsets stay true.
  const text = source.replace(/\\\n/g, '  ');
  const imports: PythonImport[] = [];
  const open: OpenImport[] = [];
  for (const match of text.matchAll(statement)) imports.push(...readMatch(match, lines));
  for (const match of text.matchAll(call)) {
    const place = lines.place(match.index, match.index + match[0].length);
    const name = match[2];
    if (name === undefined) open.push({ ...place, reason: 'not-literal' });
    else imports.push({ kind: 'python', ...place, ...splitDots(name), names: [], star: false });
  }
  return { imports, open };
}

function readMatch(match: RegExpExecArray, lines: SourceLines): PythonImport[] {
  const [start, module, imported, plain] = match;
  const from = match.index + start.length;
  const place = lines.place(from, from + 1);
  if (plain !== undefined)
    return clauses(plain).map((dotted) => textImport(place.line, `import ${dotted}`, { module: dotted }));
  const list = (imported ?? '').trim();
  const names = clauses(list.replace(/^\(|\)$/g, ''));
  const star = list.startsWith('*');
  if (names.length === 0 && !star) return [];
  const origin = (module ?? '').replace(/\s+/g, '');
  const text = `from ${origin} import ${star ? '*' : names.join(', ')}`;
  return [textImport(place.line, text, { ...splitDots(origin), names, star })];
}

function textImport(
  line: number,
  text: string,
  { level = 0, module, names = [], star = false }: Pick<PythonImport, 'module'> & Partial<PythonImport>,
): PythonImport {
  return { kind: 'python', line, text: text.slice(0, 120), level, module, names, star };
}

/** The dotted names of `a.b as c, d`; none if the text is no such list, for then it is prose. */
function clauses(list: string): string[] {
  const parts = list
    .replace(/#[^\n]*/g, '')
    .replace(/\s*\.\s*/g, '.')
    .split(',')
    .map((part) => /^\s*([\p{L}\p{N}_.]+)(?:\s+as\s+[\p{L}\p{N}_]+)?\s*$|^\s*$/u.exec(part));
  if (parts.includes(null)) return [];
  return parts.flatMap((part) => (part?.[1] === undefined ? [] : [part[1].normalize('NFKC')]));
}

/** `..a.b` as the number of leading dots and the rest. */
export function splitDots(name: string): { level: number; module: string } {
  const level = /^\.*/.exec(name)?.[0].length ?? 0;
  return { level, module: name.slice(level) };
}
