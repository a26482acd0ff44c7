import type { Digest } from '../kernel/index.js';
import type { KeptName } from './pointed-digests.js';

/** Names that one root holds, and what to say of it. */
export interface Root<T> {
  readonly names: readonly KeptName[];
  readonly root: T;
}

/** What is followed from a name; undefined: it is no tree, or is not there. */
export type FilesOf = (name: KeptName) => Promise<readonly Digest[] | undefined>;

/**
 * All that can be reached, and from which root first. The same tree is followed once, whoever names it.
 *
 * @param filesOf reads the names of a tree's files.
 */
export async function reachableFrom<T>(
  roots: Iterable<Root<T>>,
  filesOf: FilesOf,
): Promise<ReadonlyMap<Digest, T>> {
  const reached = new Map<Digest, T>();
  const followed = new Set<Digest>();
  for (const { names, root } of roots)
    for (const name of names) {
      if (!reached.has(name.digest)) reached.set(name.digest, root);
      if (name.kind === 'file' || followed.has(name.digest)) continue;
      followed.add(name.digest);
      for (const digest of (await filesOf(name)) ?? []) if (!reached.has(digest)) reached.set(digest, root);
    }
  return reached;
}
