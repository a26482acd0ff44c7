import type { SyntaxNode, Tree } from '@lezer/common';

import type { OpenImport, PythonImport, UnresolvedReason } from './model.js';
import {
  absoluteNames,
  anchorsOf,
  levelOf,
  ownAnchor,
  packagePrefix,
  readArguments,
  stringsOf,
} from './python-call-names.js';
import { headOf } from './python-head.js';
import { splitDots } from './python-text.js';
import type { SourceLines } from './source-lines.js';

/** Without one of these words a file neither imports by a call nor changes where modules are looked for. */
const words =
  /importlib|__import__|__path__|pkgutil|pydoc|addsitedir|meta_path|path_hooks|lazy_loader|\bimp\b|\bsys\s*\.\s*path\b|\bfrom\s+sys\s+import|\bimport\s+sys\s+as/;

export function mayCallImport(source: string): boolean {
  return words.test(source);
}

export interface CallContext {
  readonly tree: Tree;
  readonly text: string;
  readonly lines: SourceLines;
  /** Local names and what they stand for. */
  readonly bindings: ReadonlyMap<string, string>;
}

interface Found {
  readonly imports: PythonImport[];
  readonly open: OpenImport[];
}

type Handler = 'import-module' | 'dunder-import' | 'literal-only' | 'lazy-submodules' | 'loader' | 'finder';

const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['importlib.import_module', 'import-module'],
  ['lazy_loader.load', 'import-module'],
  ['__import__', 'dunder-import'],
  ['builtins.__import__', 'dunder-import'],
  ['importlib.__import__', 'dunder-import'],
  ['importlib.util.find_spec', 'literal-only'],
  ['importlib.resources.files', 'literal-only'],
  ['importlib.resources.path', 'literal-only'],
  ['importlib.resources.read_text', 'literal-only'],
  ['importlib.resources.read_binary', 'literal-only'],
  ['importlib.resources.open_text', 'literal-only'],
  ['importlib.resources.open_binary', 'literal-only'],
  ['pkgutil.get_data', 'literal-only'],
  ['lazy_loader.attach', 'lazy-submodules'],
  ['lazy_loader.attach_stub', 'lazy-submodules'],
  ['importlib.util.spec_from_file_location', 'loader'],
  ['importlib.util.module_from_spec', 'loader'],
  ['importlib.machinery.SourceFileLoader', 'loader'],
  ['importlib.machinery.SourcelessFileLoader', 'loader'],
  ['importlib.machinery.ExtensionFileLoader', 'loader'],
  ['imp.load_source', 'loader'],
  ['imp.load_module', 'loader'],
  ['imp.load_package', 'loader'],
  ['imp.load_compiled', 'loader'],
  ['imp.load_dynamic', 'loader'],
  ['pkgutil.walk_packages', 'loader'],
  ['pkgutil.resolve_name', 'loader'],
  ['pydoc.locate', 'loader'],
  ['pydoc.importfile', 'loader'],
  ['site.addsitedir', 'finder'],
  ['sys.meta_path', 'finder'],
  ['sys.path_hooks', 'finder'],
]);

/** Finds calls that import, whatever local name the function goes by. */
export function readPythonCalls(context: CallContext): Found {
  const found: Found = { imports: [], open: [] };
  context.tree.iterate({
    enter: (node) => {
      if (node.name === 'VariableName') readMention(node.node, context, found);
      return node.name !== 'ImportStatement';
    },
  });
  return found;
}

/** Follows `name.property.property` as far as it means something to us. */
function readMention(name: SyntaxNode, context: CallContext, found: Found): void {
  const local = context.text.slice(name.from, name.to);
  let qualified = context.bindings.get(local) ?? local;
  let node = name;
  for (;;) {
    const handler = handlers.get(qualified);
    if (handler !== undefined) {
      handle(handler, node, context, found);
      return;
    }
    if (isSearchPath(qualified)) {
      if (isChanged(node, context.text)) found.open.push(openAt(node, context, 'search-path'));
      return;
    }
    const parent = node.parent;
    const property = parent?.name === 'MemberExpression' ? propertyAfter(node) : undefined;
    if (parent === null || property === undefined) break;
    qualified += `.${context.text.slice(property.from, property.to)}`;
    node = parent;
  }
  // Whoever gets hold of the module itself can import anything.
  if (qualified === 'importlib') found.open.push(openAt(node, context, 'not-literal'));
}

function propertyAfter(object: SyntaxNode): SyntaxNode | undefined {
  const dot = object.nextSibling;
  const property = dot?.name === '.' ? dot.nextSibling : null;
  return property?.name === 'PropertyName' ? property : undefined;
}

function isSearchPath(qualified: string): boolean {
  return qualified === 'sys.path' || qualified === '__path__' || qualified.endsWith('.__path__');
}

/** Whether `sys.path` or a package's `__path__` is written here: assigned, extended, or given another name. */
function isChanged(node: SyntaxNode, source: string): boolean {
  if (/\b(?:extend_path|declare_namespace)\b/.test(source) && isPath(node, source)) return false;
  const property = propertyAfter(node);
  if (property !== undefined)
    return /^(?:append|insert|extend|__iadd__|__setitem__)$/.test(source.slice(property.from, property.to));
  const statement = statementOf(node);
  const operator = statement?.getChild('AssignOp') ?? statement?.getChild('UpdateOp');
  if (operator === undefined || operator === null) return false;
  return node.from < operator.from || operator.nextSibling?.from === node.from;
}

function isPath(node: SyntaxNode, source: string): boolean {
  return source.slice(node.from, node.to).endsWith('__path__');
}

function statementOf(node: SyntaxNode): SyntaxNode | undefined {
  let at: SyntaxNode | null = node;
  while (at !== null && !at.name.endsWith('Statement')) at = at.parent;
  return at?.name === 'AssignStatement' || at?.name === 'UpdateStatement' ? at : undefined;
}

function handle(handler: Handler, node: SyntaxNode, context: CallContext, found: Found): void {
  const call = callOf(node);
  if (handler === 'finder') found.open.push(openAt(call ?? node, context, 'search-path'));
  else if (call === undefined || handler === 'loader')
    found.open.push(openAt(call ?? node, context, 'not-literal'));
  else if (handler === 'lazy-submodules')
    found.open.push({ ...openAt(call, context, 'not-literal'), package: '.' });
  else if (handler === 'dunder-import') readDunderImport(call, context, found);
  else readNamedImport(call, { context, found, literalOnly: handler === 'literal-only' });
}

function callOf(callee: SyntaxNode): SyntaxNode | undefined {
  const parent = callee.parent;
  return parent?.name === 'CallExpression' && parent.firstChild?.from === callee.from ? parent : undefined;
}

function openAt(node: SyntaxNode, context: CallContext, reason: UnresolvedReason): OpenImport {
  return { ...context.lines.place(node.from, node.to), reason };
}

interface NamedImport {
  readonly context: CallContext;
  readonly found: Found;
  /** A call with a computed name is harmless unless something is known of that name. */
  readonly literalOnly: boolean;
}

function readNamedImport(call: SyntaxNode, { context, found, literalOnly }: NamedImport): void {
  const { positional, named, spread } = readArguments(call, context.text);
  const argument = positional[0] ?? named.get('name') ?? named.get('package') ?? named.get('anchor');
  const name = headOf(argument, context.text);
  if (literalOnly && name.head === '') return;
  const packageNode = positional[1] ?? named.get('package');
  const anchors = packageNode === undefined ? [ownAnchor] : anchorsOf(packageNode, context.text);
  const candidates = spread ? [] : absoluteNames(name.head, anchors);
  const place = context.lines.place(call.from, call.to);
  if (!name.whole) found.open.push(...openNames(candidates, place));
  else if (candidates.length === 0) found.open.push({ ...place, reason: 'not-literal' });
  else found.imports.push(...candidates.map((candidate) => importOf(candidate, place)));
}

type Place = ReturnType<SourceLines['place']>;

function importOf(dotted: string, place: Place, names: readonly string[] = []): PythonImport {
  return { kind: 'python', ...place, ...splitDots(dotted.replace(/(?<=[^.])\.$/, '')), names, star: false };
}

function openNames(candidates: readonly string[], place: Place): OpenImport[] {
  const prefixes = candidates.map(packagePrefix);
  if (prefixes.length === 0 || prefixes.includes(undefined)) return [{ ...place, reason: 'not-literal' }];
  return prefixes.flatMap((prefix) =>
    prefix === undefined ? [] : [{ ...place, reason: 'not-literal' as const, package: prefix }],
  );
}

/** `__import__(name, globals, locals, fromlist, level)`. */
function readDunderImport(call: SyntaxNode, context: CallContext, found: Found): void {
  const { positional, named, spread } = readArguments(call, context.text);
  const name = headOf(positional[0] ?? named.get('name'), context.text);
  const place = context.lines.place(call.from, call.to);
  const level = levelOf(positional[4] ?? named.get('level'), context.text);
  const names = stringsOf(positional[3] ?? named.get('fromlist'), context.text);
  if (spread || level === undefined) found.open.push({ ...place, reason: 'not-literal' });
  else if (!name.whole) found.open.push(...openNames([level + name.head], place));
  else {
    const dotted = level + (absoluteNames(name.head, [])[0] ?? name.head);
    found.imports.push(importOf(dotted, place, names));
    if (names === undefined) found.open.push({ ...place, reason: 'not-literal', package: dotted });
  }
}
