import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';

import { distinct } from './distinct.js';
import type { FileImports } from './model.js';
import { mayCallImport, readPythonCalls } from './python-calls.js';
import { StarNames } from './python-star.js';
import { readImportStatement } from './python-statement.js';
import { searchPythonText } from './python-text.js';
import { SourceLines } from './source-lines.js';

/**
 * Imports anywhere in the file count: in functions, in branches, under `TYPE_CHECKING`, in `try`. Where the parser
 * stumbles, the text is searched for import statements as well: they can only begin at a line's start, after `;` or
 * after `:`, so that nothing is lost.
 */
export function parsePython(source: string): FileImports {
  // A form feed starts the count of the indentation anew.
  const text = source.includes('\f') ? source.replace(/^[ \t\f]*\f/gm, '') : source;
  const lines = new SourceLines(text);
  const tree = parser.parse(text);
  const star = text.includes('__all__') ? new StarNames(text) : undefined;
  const { statements, broken } = survey(tree, star);
  const read = statements.map((statement) => readImportStatement(statement, text, lines));
  const bindings = new Map(read.flatMap((each) => each.bindings));
  const found: FoundImports[] = [{ imports: read.flatMap((each) => each.imports), open: [] }];
  if (mayCallImport(text)) found.push(readPythonCalls({ tree, text, lines, bindings }));
  if (broken) found.push(searchPythonText(text, lines));
  const starNames = broken && star !== undefined ? 'any' : star?.names;
  return {
    imports: distinct(found.flatMap((each) => each.imports)),
    open: distinct(found.flatMap((each) => each.open)),
    ...(starNames === undefined ? {} : { starNames }),
    ...(/\b(?:extend_path|declare_namespace)\b/.test(text) ? { extendsPath: true as const } : {}),
  };
}

type FoundImports = Pick<FileImports, 'imports' | 'open'>;

function survey(tree: Tree, star: StarNames | undefined): { statements: SyntaxNode[]; broken: boolean } {
  const statements: SyntaxNode[] = [];
  let broken = false;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) broken = true;
      else if (node.name === 'ImportStatement') statements.push(node.node);
      else if (star !== undefined && node.name === 'VariableName') star.see(node.node);
    },
  });
  return { statements, broken };
}
