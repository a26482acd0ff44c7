import type { SyntaxNode } from '@lezer/common';

import { argumentsOf, childrenOf } from './syntax.js';

/** What is known of the text that an expression makes: its beginning, or all of it. */
export interface Beginning {
  readonly head: string;
  readonly whole: boolean;
}

const unknown: Beginning = { head: '', whole: false };

/** Reads `'./a'`, `` `./${x}` ``, `'./' + x`, `path.join(__dirname, 'a')`, `__dirname + '/a'`. */
export function beginningOf(node: SyntaxNode | undefined, source: string): Beginning {
  if (node === undefined) return unknown;
  switch (node.name) {
    case 'String':
      return { head: decode(source.slice(node.from + 1, node.to - 1)), whole: true };
    case 'TemplateString':
      return templateBeginning(node, source);
    case 'ParenthesizedExpression':
      return beginningOf(childrenOf(node)[1], source);
    case 'VariableName':
      return source.slice(node.from, node.to) === '__dirname' ? { head: '.', whole: true } : unknown;
    case 'BinaryExpression':
      return sumBeginning(node, source);
    case 'CallExpression':
      return joinBeginning(node, source);
    default:
      return unknown;
  }
}

function concat(parts: readonly Beginning[], separator = ''): Beginning {
  let head = '';
  for (const [index, part] of parts.entries()) {
    head += (index === 0 ? '' : separator) + part.head;
    if (!part.whole) return { head, whole: false };
  }
  return { head, whole: true };
}

function templateBeginning(node: SyntaxNode, source: string): Beginning {
  const parts: Beginning[] = [];
  let at = node.from + 1;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Interpolation') continue;
    parts.push({ head: decode(source.slice(at, child.from)), whole: true });
    parts.push(beginningOf(childrenOf(child)[1], source));
    at = child.to;
  }
  return concat([...parts, { head: decode(source.slice(at, node.to - 1)), whole: true }]);
}

function sumBeginning(node: SyntaxNode, source: string): Beginning {
  const [left, operator, right] = childrenOf(node);
  if (operator === undefined || source.slice(operator.from, operator.to) !== '+') return unknown;
  return concat([beginningOf(left, source), beginningOf(right, source)]);
}

function joinBeginning(node: SyntaxNode, source: string): Beginning {
  const callee = node.firstChild;
  if (callee === null || !/^(?:[\w$]+\s*\.\s*)?(?:join|resolve)$/.test(source.slice(callee.from, callee.to)))
    return unknown;
  const parts = argumentsOf(node.getChild('ArgList') ?? undefined).map((nodes) =>
    nodes.length === 1 ? beginningOf(nodes[0], source) : unknown,
  );
  // Joined to anything but this module's folder it says nothing about where it leads.
  return parts[0]?.head === '.' && parts[0].whole ? concat(parts, '/') : unknown;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
};

function decode(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[^])/g, (escape) => {
    const hex = /^\\[ux]\{?([0-9a-fA-F]+)/.exec(escape)?.[1];
    if (hex === undefined) return simpleEscapes[escape.slice(1)] ?? escape.slice(1);
    const code = Number.parseInt(hex, 16);
    return code > 0x10ffff ? '' : String.fromCodePoint(code);
  });
}
