import type { OpenImport, ScriptImport } from './model.js';
import type { SourceLines } from './source-lines.js';

const gap = String.raw`(?:\s|\/\*[^]*?\*\/|\/\/[^\n]*\n)*`;
const declaration = new RegExp(String.raw`\b(?:from|import)${gap}(?=(['"])([^'"\n]+)\1)`, 'g');
const call = new RegExp(String.raw`\b(?:import|require)${gap}\(${gap}(?=(?:(['"\`])([^'"\`\n$]*)\1)?)`, 'g');

/**
 * Finds imports in a text that could not be parsed in full, by the words that every one of them needs. May take a
 * comment for one: too much rather than too little.
 */
export function searchScriptText(
  source: string,
  lines: SourceLines,
): { imports: ScriptImport[]; open: OpenImport[] } {
  const imports: ScriptImport[] = [];
  const open: OpenImport[] = [];
  for (const expression of [declaration, call])
    for (const match of source.matchAll(expression)) {
      const specifier = match[2];
      const place = lines.place(match.index, match.index + match[0].length + (specifier?.length ?? 0) + 2);
      if (specifier !== undefined) imports.push({ kind: 'script', ...place, specifier, form: 'import' });
      else open.push({ ...place, reason: 'not-literal' });
    }
  return { imports, open };
}
