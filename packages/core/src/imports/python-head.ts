import type { SyntaxNode } from '@lezer/common';

import { childrenOf } from './syntax.js';

/** What is known of a text that an expression makes: its beginning, or all of it. */
export interface Head {
  readonly head: string;
  readonly whole: boolean;
}

/** Stands in a head for `__name__` or `__package__`: the package or module that the code is in. */
export const ownPackage = '\0';

const unknown: Head = { head: '', whole: false };

/** Reads `"a.b"`, `f"a.{x}"`, `"a." + x`, `"a.%s" % x`, `"a.{}".format(x)`, `__name__ + ".b"`. */
export function headOf(node: SyntaxNode | undefined, source: string): Head {
  if (node === undefined) return unknown;
  switch (node.name) {
    case 'String':
      return stringHead(source.slice(node.from, node.to));
    case 'FormatString':
      return formatHead(node, source);
    case 'ContinuedString':
      return concat(childrenOf(node).map((child) => headOf(child, source)));
    case 'ParenthesizedExpression':
      return headOf(childrenOf(node)[1], source);
    case 'VariableName':
      return /^__(?:name|package)__$/.test(source.slice(node.from, node.to))
        ? { head: ownPackage, whole: true }
        : unknown;
    case 'BinaryExpression':
      return binaryHead(node, source);
    case 'CallExpression':
      return formatCallHead(node, source);
    default:
      return unknown;
  }
}

function concat(parts: readonly Head[]): Head {
  let head = '';
  for (const part of parts) {
    head += part.head;
    if (!part.whole) return { head, whole: false };
  }
  return { head, whole: true };
}

function stringHead(literal: string): Head {
  const text = /^[rRuU]?(?:('''|""")([^\\]*)\1|(['"])([^\\]*)\3)$/.exec(literal);
  return text === null ? unknown : { head: text[2] ?? text[4] ?? '', whole: true };
}

function formatHead(node: SyntaxNode, source: string): Head {
  const opening = /^[a-zA-Z]*(?:'''|"""|['"])/.exec(source.slice(node.from, node.from + 8))?.[0] ?? '';
  const quote = opening.replace(/^[a-zA-Z]*/, '');
  const parts: Head[] = [];
  let at = node.from + opening.length;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'FormatReplacement') return concat([...parts, unknown]);
    parts.push({ head: source.slice(at, child.from), whole: true });
    const plain = child.firstChild?.nextSibling?.nextSibling?.name === '}';
    parts.push(plain ? headOf(child.firstChild?.nextSibling ?? undefined, source) : unknown);
    at = child.to;
  }
  return concat([...parts, { head: source.slice(at, node.to - quote.length), whole: true }]);
}

function binaryHead(node: SyntaxNode, source: string): Head {
  const [left, operator, right] = childrenOf(node);
  const sign = operator === undefined ? '' : source.slice(operator.from, operator.to);
  if (sign === '+') return concat([headOf(left, source), headOf(right, source)]);
  return sign === '%' ? cutAt(headOf(left, source), '%') : unknown;
}

function formatCallHead(node: SyntaxNode, source: string): Head {
  const callee = node.firstChild;
  const property = callee?.name === 'MemberExpression' ? callee.lastChild : null;
  if (property === null || source.slice(property.from, property.to) !== 'format') return unknown;
  return cutAt(headOf(callee?.firstChild ?? undefined, source), '{');
}

function cutAt(head: Head, mark: string): Head {
  return { head: head.head.split(mark, 1)[0] ?? '', whole: false };
}
