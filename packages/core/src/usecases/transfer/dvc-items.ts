import type { DvcRef } from '../../interop/foreign/index.js';
import type { ObjectRef, ObjectStore, TreeEntry } from '../../store/index.js';
import { changesBetween, isSameData } from '../data/data-side.js';
import { DvcSide } from '../data/dvc-side.js';
import { seenSide } from '../data/sides.js';
import type { SidesDeps } from '../data/sides-deps.js';
import { storedTree } from '../data/stored-content.js';
import type { ForeignTrees } from '../given/foreign-trees.js';
import type { CheckoutItem } from './checkout.js';
import { entriesWithin } from './pull-refs.js';
import { treeEntries } from './transfer-deps.js';
import type { TransferDeps } from './transfer-deps.js';

/** Data of a .dvc file, or the part of it below `within`. */
export interface DvcItem {
  readonly ref: DvcRef;
  /** A file or folder within it, with `/`; all of it where it is not given. */
  readonly within?: string | undefined;
}

export interface DvcItemDeps extends Pick<TransferDeps, 'signal' | 'progress'>, Omit<SidesDeps, 'objects'> {
  readonly store: ObjectStore;
  /** May DVC's remote be asked? */
  readonly remotes: boolean;
  /** Absolute path of a folder that need not be there, for what is downloaded. It is removed in the end. */
  readonly staging: string;
  /** Told of each file that came from a remote. Bytes. */
  readonly onFetched: (size: number) => void;
}

/**
 * What is to be checked out of a .dvc file, with all of its bytes in the store then.
 *
 * @returns undefined where it lies in the workspace as it is named: then nothing is brought.
 * @throws MlError ERR_ML_DATA_MISSING and those of ForeignTrees
 */
export async function obtainDvc(item: DvcItem, deps: DvcItemDeps): Promise<CheckoutItem | undefined> {
  const { ref, within } = item;
  const { trees } = await deps.dvc();
  const sides = sidesOf(item, trees, deps);
  if (sides.seen !== undefined && (await isSameData(sides.named, sides.seen))) return undefined;
  const tree = (await storedAlready(item, trees, deps)) ?? (await bring(item, trees, deps));
  if (ref.isFolder) return { path: ref.path, ref: tree, within };
  const [only] = await treeEntries(tree, deps.store);
  return only && { path: ref.path, ref: { kind: 'file', digest: only.digest, size: only.size, files: 1 } };
}

function bring({ ref, within }: DvcItem, trees: ForeignTrees, deps: DvcItemDeps): Promise<ObjectRef> {
  const { staging, remotes, signal, progress, onFetched } = deps;
  return trees.bring(ref, {
    staging,
    from: remotes ? 'remotes' : 'here',
    within,
    signal,
    progress,
    onFetched,
  });
}

/** What was brought before need not be looked for again. */
async function storedAlready(
  { ref, within }: DvcItem,
  trees: ForeignTrees,
  { store }: DvcItemDeps,
): Promise<ObjectRef | undefined> {
  const known = await trees.recall(ref);
  const entries = known && (await storedTree(known.digest, store));
  if (entries === undefined) return undefined;
  const wanted: readonly TreeEntry[] = entriesWithin(entries, within);
  const missing = await store.missing(wanted.map(({ digest }) => digest));
  return missing.length === 0 ? known : undefined;
}

/** What a pull or checkout would do. */
export interface DvcForecast {
  readonly path: string;
  /** Files to place and to remove. */
  readonly placed: number;
  readonly removed: number;
  /** Files that a remote would be asked for. */
  readonly fetched: number;
}

/** @throws MlError ERR_ML_DATA_MISSING where the list of its files is not to be had. */
export async function forecastDvc(item: DvcItem, deps: DvcItemDeps): Promise<DvcForecast> {
  const { ref, within } = item;
  const { trees } = await deps.dvc();
  const { named, seen } = sidesOf(item, trees, deps);
  const path = within === undefined ? ref.path : `${ref.path}/${within}`;
  if (seen !== undefined && (await isSameData(named, seen)))
    return { path, placed: 0, removed: 0, fetched: 0 };
  // Looked for once, and known to whoever asks next.
  const files = await trees.data.list(ref, deps.remotes ? 'remotes' : 'here');
  if (files === undefined) throw trees.missing(ref);
  const isMeant = (file: string): boolean =>
    within === undefined || file === within || file.startsWith(`${within}/`);
  const meant = files.filter((file) => isMeant(file.path));
  const fetched = await named.missing(new Set(meant.map((file) => file.path)));
  if (seen === undefined) return { path, placed: meant.length, removed: 0, fetched };
  const changes = (await changesBetween(named, seen))?.filter((change) => isMeant(change.path));
  const count = (...kinds: readonly string[]): number =>
    (changes ?? []).filter(({ change }) => kinds.includes(change)).length;
  const placed = changes === undefined ? meant.length : count('removed', 'edited', 'renamed');
  return { path, placed, removed: count('added', 'renamed'), fetched };
}

function sidesOf({ ref }: DvcItem, trees: ForeignTrees, deps: DvcItemDeps) {
  const named = new DvcSide(ref, { objects: deps.store, foreign: trees });
  return { named, seen: seenSide(ref.path, { ...deps, objects: deps.store }) };
}
