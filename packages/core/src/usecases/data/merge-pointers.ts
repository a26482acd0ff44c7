import { mergeTrees, plainPointer, readPointer } from '../../data/index.js';
import type { Side, TreeConflict } from '../../data/index.js';
import { digestOf } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectStore, TreeEntry } from '../../store/index.js';
import { storedTree } from './stored-content.js';

/** The texts of one pointer: where two branches parted, and on each. */
export interface PointerVersions {
  /** undefined where both sides added it. */
  readonly base: string | undefined;
  readonly ours: string;
  readonly theirs: string;
}

export type PointerMerge =
  | {
      readonly state: 'merged';
      readonly text: string;
      readonly ref: ObjectRef;
      /** How many of its files this store lacks. */
      readonly notStored: number;
    }
  /** Both changed the same; without paths where the two are not folders, so that only one can stay. */
  | { readonly state: 'conflict'; readonly conflicts: readonly TreeConflict[] }
  /** The lists of these versions are not in this store, so that nothing can be told. */
  | { readonly state: 'unknown'; readonly lists: readonly (Side | 'base')[] };

/**
 * Merges two changes of one pointer. Folders are merged file by file, and the list of the result is put into the store, so
 * that the pointer names something.
 *
 * @param pointer its path, for messages.
 * @throws MlError ERR_ML_POINTER_INVALID, ERR_ML_DOCUMENT_INVALID, ERR_ML_STORE_UNAVAILABLE
 */
export async function mergePointers(
  versions: PointerVersions,
  pointer: string,
  objects: ObjectStore,
): Promise<PointerMerge> {
  const base = versions.base === undefined ? undefined : await readPointer(versions.base, pointer);
  const ours = await readPointer(versions.ours, pointer);
  const theirs = await readPointer(versions.theirs, pointer);
  if (isSame(ours, theirs) || isSame(theirs, base)) return merged(ours, objects);
  if (isSame(ours, base)) return merged(theirs, objects);
  if (base?.kind === 'file' || ours.kind === 'file' || theirs.kind === 'file')
    return { state: 'conflict', conflicts: [] };
  return mergeStored({ base, ours, theirs }, objects);
}

interface Trees {
  readonly base: ObjectRef | undefined;
  readonly ours: ObjectRef;
  readonly theirs: ObjectRef;
}

async function mergeStored(refs: Trees, objects: ObjectStore): Promise<PointerMerge> {
  const base = refs.base === undefined ? [] : await storedTree(refs.base.digest, objects);
  const ours = await storedTree(refs.ours.digest, objects);
  const theirs = await storedTree(refs.theirs.digest, objects);
  if (base === undefined || ours === undefined || theirs === undefined) {
    const lists = Object.entries({ base, ours, theirs }).flatMap(([side, list]) =>
      list === undefined ? [side] : [],
    );
    return { state: 'unknown', lists: lists as (Side | 'base')[] };
  }
  const { entries, conflicts } = mergeTrees(base, ours, theirs);
  if (conflicts.length > 0) return { state: 'conflict', conflicts };
  const document = encodeTree(entries);
  await objects.putBytes(document);
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  return merged({ kind: 'tree', digest: digestOf(document), size, files: entries.length }, objects, entries);
}

async function merged(
  ref: ObjectRef,
  objects: ObjectStore,
  entries: readonly TreeEntry[] = [],
): Promise<PointerMerge> {
  const missing = await objects.missing(entries.map(({ digest }) => digest));
  return { state: 'merged', ref, text: plainPointer(ref), notStored: missing.length };
}

function isSame(a: ObjectRef | undefined, b: ObjectRef | undefined): boolean {
  return a?.digest === b?.digest && a?.kind === b?.kind;
}
