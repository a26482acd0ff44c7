export interface NamedDigest {
  readonly path: string;
  /** Any sum that names bytes: those of both lists are of one kind. */
  readonly digest: string;
}

/** What became of one file between two lists. */
export type FileChange =
  | { readonly path: string; readonly change: 'added' | 'removed' | 'edited' }
  | { readonly path: string; readonly change: 'renamed'; readonly from: string };

/**
 * What changed from one list of files to another: first what the new list has, in its order, then what is gone. A file
 * that went and one that came with the same bytes is one that was renamed.
 */
export function fileChanges(
  before: readonly NamedDigest[],
  after: readonly NamedDigest[],
): readonly FileChange[] {
  const old = new Map(before.map(({ path, digest }) => [path, digest]));
  const now = new Set(after.map(({ path }) => path));
  const gone = new Map(
    before.flatMap(({ path, digest }) => (now.has(path) ? [] : [[digest, path] as const])),
  );
  const renamed = new Set<string>();
  const changes = after.flatMap(({ path, digest }): FileChange[] => {
    if (old.has(path)) return old.get(path) === digest ? [] : [{ path, change: 'edited' }];
    const from = gone.get(digest);
    if (from === undefined) return [{ path, change: 'added' }];
    gone.delete(digest);
    renamed.add(from);
    return [{ path, change: 'renamed', from }];
  });
  const removed = before.filter(({ path }) => !now.has(path) && !renamed.has(path));
  return [...changes, ...removed.map(({ path }) => ({ path, change: 'removed' as const }))];
}
