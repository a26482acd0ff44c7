import type { SyntaxNode, Tree } from '@lezer/common';

import type { OpenImport, ScriptImport } from './model.js';
import { RequireNames } from './require-names.js';
import { beginningOf } from './script-literals.js';
import type { SourceLines } from './source-lines.js';
import { argumentsOf, childrenOf } from './syntax.js';

/** Without one of these words a file imports by declarations alone. */
const words = /\brequire\b|createRequire|\bimport\s*(?:\.|\(|\/)|Worker\b|\bURL\b/;

export function mayCallRequire(source: string): boolean {
  return words.test(source);
}

export interface ScriptContext {
  readonly tree: Tree;
  readonly text: string;
  readonly lines: SourceLines;
}

/** Finds `import()`, `require()` under any of its names, `new URL(x, import.meta.url)` and workers. */
export function readScriptCalls(context: ScriptContext): { imports: ScriptImport[]; open: OpenImport[] } {
  const reader = new CallReader(context);
  context.tree.iterate({
    enter: (node) => {
      switch (node.name) {
        case 'DynamicImport':
          reader.readDynamicImport(node.node);
          break;
        case 'CallExpression':
          reader.readCall(node.node);
          break;
        case 'NewExpression':
          reader.readNew(node.node);
          break;
        case 'VariableName':
        case 'Property':
          reader.readName(node.node);
          break;
      }
    },
  });
  return { imports: reader.imports, open: reader.open };
}

class CallReader {
  readonly imports: ScriptImport[] = [];
  readonly open: OpenImport[] = [];
  private readonly names: RequireNames;

  constructor(private readonly context: ScriptContext) {
    this.names = new RequireNames(context.tree, context.text);
  }

  readDynamicImport(node: SyntaxNode): void {
    const [, , argument] = childrenOf(node);
    this.add(node, argument);
  }

  readCall(node: SyntaxNode): void {
    const callee = node.firstChild;
    if (callee === null) return;
    const argument = firstArgument(node);
    switch (this.names.roleOf(callee)) {
      case 'require':
        this.add(node, argument);
        if (this.resolvesElsewhere(node, argument)) this.addOpen(node);
        break;
      case 'many':
        this.addMany(node, argument);
        break;
      case 'elsewhere':
        this.addOpen(node);
        break;
      case undefined:
        break;
    }
  }

  readNew(node: SyntaxNode): void {
    const [, callee] = childrenOf(node);
    const name = callee === undefined ? '' : this.source(callee);
    if (name === 'URL') this.addUrl(node);
    else if (/(?:^|\.)(?:Shared)?Worker$/.test(name)) this.addWorker(node);
  }

  /** `require` handed on as a value can be called with anything. */
  readName(node: SyntaxNode): void {
    if (this.names.isHandedOn(node)) this.addOpen(node.parent ?? node);
  }

  private addUrl(node: SyntaxNode): void {
    const specifier = this.urlOf(node);
    if (specifier !== undefined)
      this.imports.push({ kind: 'script', ...this.place(node), specifier, form: 'url' });
  }

  private addWorker(node: SyntaxNode): void {
    const argument = firstArgument(node);
    if (argument === undefined || this.holdsKnownUrl(argument)) return;
    const { head, whole } = beginningOf(argument, this.context.text);
    // A plain './worker.js' counts from the working directory, which the source does not tell.
    const anchored = whole && argument.name !== 'String' && head.startsWith('./');
    if (anchored) this.imports.push({ kind: 'script', ...this.place(node), specifier: head, form: 'url' });
    else this.addOpen(node);
  }

  /** The literal of `new URL('./a', import.meta.url)`, made relative. */
  private urlOf(node: SyntaxNode): string | undefined {
    const [first, second] = argumentsOf(node.getChild('ArgList') ?? undefined);
    const base = second?.[0] === undefined ? '' : this.source(second[0]).replace(/\s+/g, '');
    if (base !== 'import.meta.url' || first?.length !== 1) return undefined;
    const { head, whole } = beginningOf(first[0], this.context.text);
    if (!whole || /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(head)) return undefined;
    return head.startsWith('.') ? head : `./${head}`;
  }

  private holdsKnownUrl(argument: SyntaxNode): boolean {
    const cursor = argument.cursor();
    do {
      if (cursor.from >= argument.to) return false;
      if (cursor.name === 'NewExpression' && this.urlOf(cursor.node) !== undefined) return true;
      if (cursor.name === 'CallExpression' && this.isLiteralResolve(cursor.node)) return true;
    } while (cursor.next());
    return false;
  }

  private isLiteralResolve(call: SyntaxNode): boolean {
    const callee = call.firstChild;
    return (
      callee !== null &&
      this.names.roleOf(callee) === 'require' &&
      beginningOf(firstArgument(call), this.context.text).whole
    );
  }

  /** `require.resolve('./a', { paths })`. */
  private resolvesElsewhere(call: SyntaxNode, argument: SyntaxNode | undefined): boolean {
    if (argumentsOf(call.getChild('ArgList') ?? undefined).length < 2) return false;
    return beginningOf(argument, this.context.text).head.startsWith('.');
  }

  private add(node: SyntaxNode, argument: SyntaxNode | undefined): void {
    const { head, whole } = beginningOf(argument, this.context.text);
    if (whole) this.imports.push({ kind: 'script', ...this.place(node), specifier: head, form: 'import' });
    else this.addOpen(node, head);
  }

  /** `import.meta.glob('./plugins/*.js')`, `require.context('./plugins')`. */
  private addMany(node: SyntaxNode, argument: SyntaxNode | undefined): void {
    const { head } = beginningOf(argument, this.context.text);
    this.addOpen(node, head.split(/[*?[{!]/, 1)[0]);
  }

  private addOpen(node: SyntaxNode, prefix = ''): void {
    this.open.push({
      ...this.place(node),
      reason: 'not-literal',
      ...(prefix === '' ? {} : { prefix }),
    });
  }

  private place(node: SyntaxNode): { readonly line: number; readonly text: string } {
    return this.context.lines.place(node.from, node.to);
  }

  private source(node: SyntaxNode): string {
    return this.context.text.slice(node.from, node.to);
  }
}

function firstArgument(call: SyntaxNode): SyntaxNode | undefined {
  const [first] = argumentsOf(call.getChild('ArgList') ?? undefined);
  return first?.length === 1 ? first[0] : undefined;
}
