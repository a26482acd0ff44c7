import type { SyntaxNode } from '@lezer/common';

import { childrenOf } from '../../../imports/index.js';

const punctuation: ReadonlySet<string> = new Set(['(', ')', '[', ']', '{', '}', ',', ':', ';']);

/** The children of a node that mean something. */
export function withoutPunctuation(node: SyntaxNode): readonly SyntaxNode[] {
  return childrenOf(node).filter(({ name }) => !punctuation.has(name));
}
