import { digestOf } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef, TreeEntry } from '../../store/index.js';

/** The reference that a folder with these files has in the store. */
export function treeRef(entries: readonly TreeEntry[]): ObjectRef {
  return {
    kind: 'tree',
    digest: digestOf(encodeTree(entries)),
    size: entries.reduce((sum, { size }) => sum + size, 0),
    files: entries.length,
  };
}
