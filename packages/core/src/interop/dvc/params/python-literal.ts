import type { SyntaxNode } from '@lezer/common';

import { childrenOf } from '../../../imports/index.js';
import type { JsonValue } from '../../../kernel/index.js';
import { pythonText } from './python-text.js';
import { withoutPunctuation } from './syntax.js';

/** What an expression of a Python source is worth without running it. */
export type Literal =
  | { readonly kind: 'literal'; readonly value: JsonValue; readonly hasTuple: boolean }
  /** A literal to Python, and nothing that JSON can hold. `what`: for people. */
  | { readonly kind: 'value'; readonly what: string }
  | { readonly kind: 'expression' };

const expression: Literal = { kind: 'expression' };
const beyond = (what: string): Literal => ({ kind: 'value', what });
const plain = (value: JsonValue): Literal => ({ kind: 'literal', value, hasTuple: false });

const maxDepth = 64;

type Reader = (node: SyntaxNode, source: string, depth: number) => Literal;

function textOf({ from, to }: SyntaxNode, source: string): string {
  return source.slice(from, to);
}

const readers: Readonly<Partial<Record<string, Reader>>> = {
  Number: (node, source) => number(textOf(node, source)),
  UnaryExpression: (node, source) => {
    const text = textOf(node, source);
    return /^[+-]\s*[\d.]/.test(text) ? number(text) : expression;
  },
  Boolean: (node, source) => plain(textOf(node, source) === 'True'),
  None: () => plain(null),
  String: (node, source) => texts([textOf(node, source)]),
  ContinuedString: continued,
  ParenthesizedExpression: inParentheses,
  ArrayExpression: (node, source, depth) => list(withoutPunctuation(node), source, depth),
  TupleExpression: (node, source, depth) => pythonTuple(withoutPunctuation(node), source, depth),
  SetExpression: (node, source, depth) =>
    withItems(withoutPunctuation(node), { source, depth }, () => beyond('a set')),
  DictionaryExpression: map,
};

/** Reads numbers, texts, True, False, None, and lists, tuples and maps of them. Tuples become lists. */
export function pythonLiteral(node: SyntaxNode, source: string, depth = 0): Literal {
  if (depth > maxDepth) return beyond('values nested beyond 64 levels');
  const text = textOf(node, source);
  return isDottedFloat(text) ? number(text) : (readers[node.name]?.(node, source, depth) ?? expression);
}

/** `1.` and `1.e-5`, which the parser takes for a member of 1. */
export function isDottedFloat(text: string): boolean {
  return /^[+-]?\d[\d_]*\.(?:[eE][+-]?[\d_]+)?$/.test(text);
}

/** A tuple, with or without its brackets. */
export function pythonTuple(items: readonly SyntaxNode[], source: string, depth = 0): Literal {
  const found = list(items, source, depth);
  return found.kind === 'literal' ? { ...found, hasTuple: true } : found;
}

function number(text: string): Literal {
  if (/[jJ]$/.test(text)) return beyond('a complex number');
  const digits = text.replace(/[_\s]/g, '');
  const sign = digits.startsWith('-') ? -1 : 1;
  const size = Number(digits.replace(/^[+-]/, ''));
  if (Number.isNaN(size)) return expression;
  if (!Number.isFinite(size)) return beyond('a number beyond the largest one');
  if (/^[+-]?(?:\d+|0[xob]\w+)$/i.test(digits) && !Number.isSafeInteger(size))
    return beyond('a whole number too large to be held exactly');
  return plain(size === 0 ? 0 : sign * size);
}

function texts(parts: readonly string[]): Literal {
  if (parts.some((part) => /^[A-Za-z]*b/i.test(part))) return beyond('bytes');
  const read = parts.map(pythonText);
  return read.includes(undefined) ? beyond('a text that cannot be read') : plain(read.join(''));
}

function continued(node: SyntaxNode, source: string): Literal {
  const parts = childrenOf(node);
  return parts.some(({ name }) => name !== 'String')
    ? expression
    : texts(parts.map((part) => textOf(part, source)));
}

function inParentheses(node: SyntaxNode, source: string, depth: number): Literal {
  const [inner, ...others] = withoutPunctuation(node);
  return inner === undefined || others.length > 0 ? expression : pythonLiteral(inner, source, depth + 1);
}

interface Place {
  readonly source: string;
  readonly depth: number;
}

/** The first item that is no literal decides for all. */
function withItems(
  nodes: readonly SyntaxNode[],
  { source, depth }: Place,
  whole: (values: readonly JsonValue[], hasTuple: boolean) => Literal,
): Literal {
  const values: JsonValue[] = [];
  let hasTuple = false;
  let unheld: Literal | undefined;
  for (const node of nodes) {
    const item = pythonLiteral(node, source, depth + 1);
    if (item.kind === 'expression') return item;
    if (item.kind === 'value') unheld ??= item;
    else {
      values.push(item.value);
      hasTuple ||= item.hasTuple;
    }
  }
  return unheld ?? whole(values, hasTuple);
}

function list(nodes: readonly SyntaxNode[], source: string, depth: number): Literal {
  return withItems(nodes, { source, depth }, (value, hasTuple) => ({ kind: 'literal', value, hasTuple }));
}

/** The nodes of a map stand as key, value, key, value; `**other` breaks the row. */
function map(node: SyntaxNode, source: string, depth: number): Literal {
  const nodes = withoutPunctuation(node);
  if (nodes.length % 2 === 1 || nodes.some(({ name }) => name === '**')) return expression;
  return withItems(nodes, { source, depth }, (items, hasTuple) => {
    const entries = items.flatMap((key, index) =>
      index % 2 === 0 ? [[key, items[index + 1] ?? null] as const] : [],
    );
    const named = entries.filter((entry): entry is [string, JsonValue] => typeof entry[0] === 'string');
    if (named.length < entries.length) return beyond('a map whose keys are no texts');
    if (named.some(([key]) => key === '__proto__')) return beyond('a map with the key "__proto__"');
    return { kind: 'literal', value: Object.fromEntries(named), hasTuple };
  });
}
