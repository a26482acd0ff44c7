import type { SyntaxNode } from '@lezer/common';

import { headOf, ownPackage } from './python-head.js';
import { splitDots } from './python-text.js';
import { argumentsOf, childrenOf } from './syntax.js';

/** Relative names count from the package of the code (`__package__`). */
export const ownAnchor = '<package>';
/** Relative names count from the module itself (`__name__` outside of an `__init__`). */
const moduleAnchor = '<module>';

/** The arguments of a call by position and by keyword. */
export function readArguments(
  call: SyntaxNode,
  source: string,
): { positional: SyntaxNode[]; named: Map<string, SyntaxNode>; spread: boolean } {
  const positional: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  let spread = false;
  for (const [first, second, value] of argumentsOf(call.getChild('ArgList') ?? undefined)) {
    if (first === undefined) continue;
    if (second?.name === 'AssignOp' && value !== undefined)
      named.set(source.slice(first.from, first.to), value);
    else if (second !== undefined) spread = true;
    else positional.push(first);
  }
  return { positional, named, spread };
}

/** The package that every name beginning so is in: `a.b.c_` gives `a.b`, `..` stays. */
export function packagePrefix(head: string): string | undefined {
  const { level, module } = splitDots(head);
  const cut = module.lastIndexOf('.');
  if (cut === -1 && level === 0) return undefined;
  return '.'.repeat(level) + module.slice(0, Math.max(cut, 0));
}

/**
 * Names as an import statement would write them. A relative name is counted from each anchor; `__name__` at its
 * beginning is the package itself.
 */
export function absoluteNames(head: string, anchors: readonly string[]): string[] {
  if (head === ownPackage) return ['.'];
  if (head.startsWith(ownPackage)) return head.startsWith(`${ownPackage}.`) ? [head.slice(1)] : [];
  if (!head.startsWith('.')) return [head];
  const { level, module } = splitDots(head);
  return anchors.flatMap((anchor) => anchored(anchor, level, module));
}

function anchored(anchor: string, level: number, module: string): string[] {
  if (anchor === ownAnchor || anchor === moduleAnchor) {
    const dots = anchor === ownAnchor ? level : level - 1;
    return dots < 1 ? [] : ['.'.repeat(dots) + module];
  }
  const parts = anchor.split('.');
  const base = parts.slice(0, Math.max(parts.length - level + 1, 0)).join('.');
  return base === '' ? [] : [`${base}.${module}`];
}

/** What `package=` may be; nothing if it is computed. */
export function anchorsOf(node: SyntaxNode | undefined, source: string): string[] {
  const { head, whole } = headOf(node, source);
  if (!whole || head === '') return [];
  if (head !== ownPackage) return head.startsWith(ownPackage) ? [] : [head];
  // In a module, `__name__` is one name longer than its package, which takes one dot.
  const isName = node !== undefined && source.slice(node.from, node.to) === '__name__';
  return isName ? [ownAnchor, moduleAnchor] : [ownAnchor];
}

/** The dots of a literal `level=`; undefined if it is computed. */
export function levelOf(node: SyntaxNode | undefined, source: string): string | undefined {
  if (node === undefined) return '';
  const text = source.slice(node.from, node.to);
  return /^\d$/.test(text) ? '.'.repeat(Number(text)) : undefined;
}

/** The strings of a literal list or tuple; undefined if it is computed. */
export function stringsOf(node: SyntaxNode | undefined, source: string): string[] | undefined {
  if (node === undefined || source.slice(node.from, node.to) === 'None') return [];
  if (!/^(?:Array|Tuple|Parenthesized)Expression$/.test(node.name)) return undefined;
  const items = childrenOf(node).filter((child) => !/^[[\](),]$/.test(child.name));
  const heads = items.map((item) => headOf(item, source));
  return heads.every((head) => head.whole)
    ? heads.map((head) => head.head).filter((head) => head !== '')
    : undefined;
}
