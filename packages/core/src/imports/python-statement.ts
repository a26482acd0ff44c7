import type { SyntaxNode } from '@lezer/common';

import type { PythonImport } from './model.js';
import type { SourceLines } from './source-lines.js';

/** What a local name stands for: `['il', 'importlib']`, `['load', 'importlib.import_module']`. */
type Binding = readonly [local: string, qualified: string];

export interface ReadStatement {
  readonly imports: readonly PythonImport[];
  readonly bindings: readonly Binding[];
}

interface Clause {
  dotted: string;
  alias?: string;
}

export function readImportStatement(node: SyntaxNode, source: string, lines: SourceLines): ReadStatement {
  const place = lines.place(node.from, node.to);
  const first = node.firstChild;
  if (first?.name !== 'from') return plainImport(readClauses(first, source), place);
  const from = readFrom(first, source);
  if (from.next === null) return { imports: [], bindings: [] };
  const star = from.next.nextSibling?.name === '*';
  const clauses = star ? [] : readClauses(from.next, source);
  return {
    imports: [
      {
        kind: 'python',
        ...place,
        level: from.level,
        module: from.module,
        names: clauses.map((clause) => clause.dotted),
        star,
      },
    ],
    bindings: from.level > 0 ? [] : fromBindings(from.module, clauses, star),
  };
}

function plainImport(
  clauses: readonly Clause[],
  place: { readonly line: number; readonly text: string },
): ReadStatement {
  return {
    imports: clauses.map((clause) => ({
      kind: 'python',
      ...place,
      level: 0,
      module: clause.dotted,
      names: [],
      star: false,
    })),
    bindings: clauses.map(({ dotted, alias }) =>
      alias === undefined ? [topOf(dotted), topOf(dotted)] : [alias, dotted],
    ),
  };
}

function fromBindings(module: string, clauses: readonly Clause[], star: boolean): Binding[] {
  if (star) return module === 'importlib' ? [['import_module', 'importlib.import_module']] : [];
  return clauses.map(({ dotted, alias }) => [alias ?? dotted, `${module}.${dotted}`]);
}

function topOf(dotted: string): string {
  return dotted.split('.', 1)[0] ?? dotted;
}

function readFrom(
  from: SyntaxNode,
  source: string,
): { level: number; module: string; next: SyntaxNode | null } {
  let level = 0;
  let module = '';
  let next = from.nextSibling;
  for (; next !== null && next.name !== 'import'; next = next.nextSibling) {
    if (next.name === 'VariableName') module += (module === '' ? '' : '.') + nameAt(next, source);
    else if (module === '') level += next.name === '.' ? 1 : next.name === 'Ellipsis' ? 3 : 0;
  }
  return { level, module, next };
}

/** The comma-separated `a.b as c` after the keyword `import`. */
function readClauses(keyword: SyntaxNode | null, source: string): Clause[] {
  const clauses: Clause[] = [];
  let current: Clause | undefined;
  let inAlias = false;
  for (let node = keyword?.nextSibling ?? null; node !== null; node = node.nextSibling) {
    if (node.name === ',') current = undefined;
    else if (node.name === 'as') inAlias = true;
    else if (node.name === 'VariableName') {
      const name = nameAt(node, source);
      if (inAlias && current !== undefined) current.alias = name;
      else if (current === undefined) clauses.push((current = { dotted: name }));
      else current.dotted += `.${name}`;
      inAlias = false;
    }
  }
  return clauses;
}

/** Python compares identifiers in their NFKC form. */
function nameAt(node: SyntaxNode, source: string): string {
  return source.slice(node.from, node.to).normalize('NFKC');
}
