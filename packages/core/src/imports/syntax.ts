import type { SyntaxNode, Tree } from '@lezer/common';

const comments: ReadonlySet<string> = new Set(['Comment', 'LineComment', 'BlockComment']);

/** The children of a node without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (!comments.has(child.name)) children.push(child);
  return children;
}

const punctuation: ReadonlySet<string> = new Set(['(', ')', ',']);

/** The arguments of an ArgList, each as its run of nodes: `package=x` is three, `f(x)` one. */
export function argumentsOf(argList: SyntaxNode | undefined): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [[]];
  for (const child of argList === undefined ? [] : childrenOf(argList)) {
    if (child.name === ',') groups.push([]);
    else if (!punctuation.has(child.name)) groups.at(-1)?.push(child);
  }
  return groups.filter((group) => group.length > 0);
}

export function hasErrors(tree: Tree): boolean {
  const cursor = tree.cursor();
  do if (cursor.type.isError) return true;
  while (cursor.next());
  return false;
}
