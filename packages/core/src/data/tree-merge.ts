import { compareText, foldPath } from '../kernel/index.js';
import type { TreeEntry } from '../store/index.js';

export type Side = 'ours' | 'theirs';

/** Why two changes of one folder do not go together, at one path. */
export type TreeConflict =
  | { readonly path: string; readonly kind: 'both-added' | 'both-changed' }
  | { readonly path: string; readonly kind: 'changed-and-removed'; readonly removedBy: Side }
  /** Each side added one of two paths that cannot stand together on every file system. */
  | { readonly path: string; readonly kind: 'clash'; readonly with: string };

export interface MergedTree {
  /** Sorted. Without the paths in conflict. */
  readonly entries: readonly TreeEntry[];
  /** Sorted by path. */
  readonly conflicts: readonly TreeConflict[];
}

interface Versions {
  readonly base: TreeEntry | undefined;
  readonly ours: TreeEntry | undefined;
  readonly theirs: TreeEntry | undefined;
}

/**
 * Two changes of one folder as one: what one side alone added, changed or removed is so in the result. A file goes by its
 * path and its bytes; a rename is a removal and an addition.
 *
 * Takes no side: with `ours` and `theirs` exchanged the result is the same.
 */
export function mergeTrees(
  base: readonly TreeEntry[],
  ours: readonly TreeEntry[],
  theirs: readonly TreeEntry[],
): MergedTree {
  const versions = new Map<string, { -readonly [side in keyof Versions]?: TreeEntry }>();
  for (const [side, entries] of Object.entries({ base, ours, theirs }))
    for (const entry of entries) {
      const known = versions.get(entry.path);
      if (known === undefined) versions.set(entry.path, { [side]: entry });
      else known[side as keyof Versions] = entry;
    }
  const entries: TreeEntry[] = [];
  const conflicts: TreeConflict[] = [];
  for (const [path, { base: was, ours: our, theirs: their }] of versions) {
    const merged = mergeEntry(path, { base: was, ours: our, theirs: their });
    if (merged !== undefined && 'kind' in merged) conflicts.push(merged);
    else if (merged !== undefined) entries.push(merged);
  }
  return withoutClashes(entries.sort(byPath), conflicts);
}

/** @returns the entry, the conflict, or undefined for a file that is gone. */
function mergeEntry(path: string, { base, ours, theirs }: Versions): TreeEntry | TreeConflict | undefined {
  if (isSame(ours, theirs) || isSame(theirs, base)) return ours;
  if (isSame(ours, base)) return theirs;
  if (ours === undefined) return { path, kind: 'changed-and-removed', removedBy: 'ours' };
  if (theirs === undefined) return { path, kind: 'changed-and-removed', removedBy: 'theirs' };
  return { path, kind: base === undefined ? 'both-added' : 'both-changed' };
}

function isSame(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.digest === b?.digest;
}

/** Names that differ by case alone, and a file where the other has a folder: each side had only one of them. */
function withoutClashes(entries: readonly TreeEntry[], conflicts: readonly TreeConflict[]): MergedTree {
  const files = new Map<string, string>();
  const clashes = new Map<string, string>();
  for (const { path } of entries) {
    const other = files.get(foldPath(path));
    if (other === undefined) files.set(foldPath(path), path);
    else clashes.set(path, other);
  }
  for (const { path } of entries) {
    const file = foldersOf(foldPath(path))
      .map((folder) => files.get(folder))
      .find((found) => found !== undefined);
    if (file !== undefined) clashes.set(path, file);
  }
  const taken = new Set([...clashes].flat());
  const found = [...clashes].map(([path, other]) => ({ path, kind: 'clash' as const, with: other }));
  return {
    entries: entries.filter(({ path }) => !taken.has(path)),
    conflicts: [...conflicts, ...found].sort(byPath),
  };
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return compareText(a.path, b.path);
}
