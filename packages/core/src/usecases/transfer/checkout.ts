import { rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { WorkspaceData } from '../../data/index.js';
import { MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { eachOf, refuseCancelled } from '../../remote/index.js';
import type { MaterialiseOptions, ObjectRef, ObjectStore, TreeEntry } from '../../store/index.js';
import { entriesWithin } from './pull-refs.js';
import type { RefPart } from './pull-refs.js';
import { treeEntries } from './transfer-deps.js';
import type { TransferDeps } from './transfer-deps.js';

/** Data that is to be what its pointer says, or the part of it below `within`. */
export interface CheckoutItem extends RefPart {
  /** Where the data lies; workspace-relative. */
  readonly path: string;
}

export interface CheckoutDeps extends Pick<TransferDeps, 'signal' | 'progress'> {
  /** Absolute. */
  readonly root: string;
  readonly data: WorkspaceData;
  /** Holds all that the pointers name. */
  readonly store: ObjectStore;
  /** `edit` when not given: people edit their data, and must not write through a link into the store. */
  readonly use?: MaterialiseOptions['for'];
  /**
   * Which of these are in no place from which they could come back: neither in the store nor at the remote.
   *
   * @param base workspace-relative folder that the files lie in.
   */
  readonly nowhere: (entries: readonly TreeEntry[], base: string) => Promise<readonly Digest[]>;
}

/** What it takes to bring data to what its pointer says. */
export interface CheckoutPlan {
  readonly item: CheckoutItem;
  /** Nothing is there yet, and all is wanted: it comes in one piece. */
  readonly isWhole: boolean;
  /** Files to place; relative to `base`. */
  readonly place: readonly TreeEntry[];
  /** Files to remove; relative to `base`. */
  readonly remove: readonly string[];
  /** Workspace-relative folder. */
  readonly base: string;
  /** Files whose bytes would be lost; workspace-relative. */
  readonly losses: readonly string[];
}

/** @throws MlError ERR_ML_OBJECT_MISSING when the store lacks the list of a folder's files; those of WorkspaceData. */
export async function planCheckout(item: CheckoutItem, deps: CheckoutDeps): Promise<CheckoutPlan> {
  const { ref, path, within } = item;
  const base = ref.kind === 'tree' ? path : dirname(path).replace(/^\.$/, '');
  const wanted = entriesWithin(await wantedEntries(ref, path, deps.store), within);
  const seen = deps.data.look(path);
  if (seen?.ref.digest === ref.digest)
    return { item, base, isWhole: false, place: [], remove: [], losses: [] };
  if (seen === undefined)
    return { item, base, isWhole: within === undefined, place: wanted, remove: [], losses: [] };
  const there = within === undefined ? seen.entries() : below(seen.entries(), within);
  // A file stands where a folder belongs, or the other way round.
  if (seen.ref.kind !== ref.kind) return replaceKind(item, { base, wanted, there }, deps);
  const before = new Map(there.map((entry) => [entry.path, entry]));
  const after = new Set(wanted.map((entry) => entry.path));
  const place = wanted.filter((entry) => before.get(entry.path)?.digest !== entry.digest);
  const removed = there.filter((entry) => !after.has(entry.path));
  const replaced = place.flatMap((entry) => before.get(entry.path) ?? []);
  const losses = await lossesOf([...removed, ...replaced], base, deps);
  return { item, base, isWhole: false, place, remove: removed.map((entry) => entry.path), losses };
}

async function wantedEntries(
  ref: ObjectRef,
  path: string,
  store: ObjectStore,
): Promise<readonly TreeEntry[]> {
  if (ref.kind === 'tree') return treeEntries(ref, store);
  return [{ path: basename(path), digest: ref.digest, size: ref.size }];
}

function below(entries: readonly TreeEntry[], within: string): readonly TreeEntry[] {
  return entries.filter(({ path }) => path === within || path.startsWith(`${within}/`));
}

async function replaceKind(
  item: CheckoutItem,
  {
    base,
    wanted,
    there,
  }: { readonly base: string; readonly wanted: readonly TreeEntry[]; readonly there: readonly TreeEntry[] },
  deps: CheckoutDeps,
): Promise<CheckoutPlan> {
  const folder = item.ref.kind === 'tree' ? dirname(item.path) : item.path;
  const losses = await lossesOf(there, folder, deps);
  return { item, base, isWhole: true, place: wanted, remove: [], losses };
}

async function lossesOf(
  entries: readonly TreeEntry[],
  base: string,
  { nowhere }: CheckoutDeps,
): Promise<readonly string[]> {
  const lost = new Set(await nowhere(entries, base));
  return entries.flatMap(({ digest, path }) => (lost.has(digest) ? [inBase(base, path)] : []));
}

/** @throws MlError ERR_ML_DATA_DRIFT that lists the files, when anything would be lost. */
export function refuseLosses(plans: readonly CheckoutPlan[]): void {
  const losses = plans.flatMap((plan) => plan.losses);
  if (losses.length === 0) return;
  const [first, ...more] = losses;
  throw new MlError('ERR_ML_DATA_DRIFT', {
    message: `${String(first)}${more.length > 0 ? ` and ${String(more.length)} more files` : ''} would be overwritten or removed, and no store has what ${more.length > 0 ? 'they hold' : 'it holds'}`,
    fix: 'Keep the changes: nx-ml data add, followed by the path. Or give them up: nx-ml data checkout --force.',
    detail: losses.slice(0, 50),
  });
}

const atOnce = 4;

/**
 * Makes the data what was planned. Every file is replaced in one step, so that an interruption leaves old files and new ones,
 * all whole, and the next checkout goes on.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING, ERR_ML_OBJECT_CORRUPT, ERR_ML_FILE_INACCESSIBLE, ERR_ML_CANCELLED
 */
export async function applyCheckout(plan: CheckoutPlan, deps: CheckoutDeps): Promise<void> {
  const { root, store, signal, progress, use = 'edit' } = deps;
  const { item, base } = plan;
  refuseCancelled(signal);
  if (plan.isWhole) {
    await store.materialise(item.ref, join(root, item.path), { for: use });
    progress?.advance({ files: item.ref.files, bytes: item.ref.size });
    return;
  }
  for (const path of plan.remove) await removeFile(join(root, base), path);
  await eachOf(plan.place, atOnce, async ({ path, digest, size }) => {
    refuseCancelled(signal);
    const ref: ObjectRef = { kind: 'file', digest, size, files: 1 };
    await store.materialise(ref, join(root, base, path), { for: use });
    progress?.advance({ files: 1, bytes: size });
  });
}

/** Removes a file, and the folders below `base` that are empty then: another file may want their name. */
async function removeFile(base: string, path: string): Promise<void> {
  await inspect(path, () => rm(join(base, path), { force: true }));
  for (let at = dirname(path); at !== '.'; at = dirname(at)) {
    const isEmpty = await rmdir(join(base, at)).then(
      () => true,
      () => false,
    );
    if (!isEmpty) return;
  }
}

async function inspect(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    throw new MlError('ERR_ML_FILE_INACCESSIBLE', {
      message: `${path} cannot be removed`,
      fix: 'Give yourself permission there, and check the data out again.',
      cause,
    });
  }
}

function inBase(base: string, path: string): string {
  return base === '' ? path : `${base}/${path}`;
}
