import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/javascript';

import { distinct } from './distinct.js';
import type { FileImports, ScriptImport } from './model.js';
import { mayCallRequire, readScriptCalls } from './script-calls.js';
import { beginningOf } from './script-literals.js';
import { searchScriptText } from './script-text.js';
import { SourceLines } from './source-lines.js';
import { hasErrors } from './syntax.js';

const parsers = {
  js: parser.configure({ dialect: 'jsx' }),
  ts: parser.configure({ dialect: 'ts' }),
  tsx: parser.configure({ dialect: 'ts jsx' }),
};

/**
 * `import type` and `export type` leave no trace in the program and are left out; `import { type A }` stays, as
 * verbatimModuleSyntax keeps it. Where the parser stumbles (import attributes are newer than it), the text is searched
 * as well.
 */
export function parseScript(source: string, dialect: keyof typeof parsers): FileImports {
  const lines = new SourceLines(source);
  const tree = parsers[dialect].parse(source);
  const declarations: ScriptImport[] = [];
  tree.iterate({
    enter: (node) => {
      if (node.name !== 'ImportDeclaration' && node.name !== 'ExportDeclaration') return;
      const specifier = specifierOf(node.node, source);
      if (specifier === undefined) return;
      declarations.push({ kind: 'script', ...lines.place(node.from, node.to), specifier, form: 'import' });
    },
  });
  const calls = mayCallRequire(source) ? readScriptCalls({ tree, text: source, lines }) : undefined;
  const found = hasErrors(tree) ? searchScriptText(source, lines) : undefined;
  const imports = [...declarations, ...(calls?.imports ?? [])];
  return {
    imports: distinct([...imports, ...(found?.imports.filter((each) => !isKnown(each, imports)) ?? [])]),
    open: distinct([...(calls?.open ?? []), ...(found?.open ?? [])]),
  };
}

function isKnown(found: ScriptImport, imports: readonly ScriptImport[]): boolean {
  return imports.some(({ specifier, form }) => specifier === found.specifier && form === 'import');
}

function specifierOf(declaration: SyntaxNode, source: string): string | undefined {
  let from = declaration.name === 'ImportDeclaration';
  for (let child = declaration.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'type') return undefined;
    if (child.name === 'from') from = true;
    if (child.name === 'String' && from) return beginningOf(child, source).head;
  }
  return undefined;
}
