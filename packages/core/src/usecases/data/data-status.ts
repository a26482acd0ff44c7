import { basename } from 'node:path';

import { dataPathOf, longestPointer, readPointer } from '../../data/index.js';
import type { DataSeen, WorkspaceData } from '../../data/index.js';
import { isMlError } from '../../kernel/index.js';
import type { Digest, MlError } from '../../kernel/index.js';
import type { ObjectRef, ObjectStore } from '../../store/index.js';
import { contentChanges } from './content-changes.js';
import type { Content, DataChange } from './content-changes.js';
import { storedContent, storedTree } from './stored-content.js';

export interface DataStatusDeps {
  readonly data: WorkspaceData;
  readonly objects: ObjectStore;
}

/** How data stands to what its pointer says. */
type DataState =
  | { readonly state: 'unchanged'; readonly ref: ObjectRef }
  | {
      readonly state: 'changed';
      readonly ref: ObjectRef;
      readonly now: ObjectRef;
      /** undefined where the store does not have the list of what it was. */
      readonly changes: readonly DataChange[] | undefined;
    }
  /** Some files of it were brought here, unchanged; the others are neither here nor in the store. */
  | { readonly state: 'partial'; readonly ref: ObjectRef; readonly now: ObjectRef }
  /** Not in the workspace. */
  | { readonly state: 'absent'; readonly ref: ObjectRef }
  /** The pointer or the data cannot be read. */
  | { readonly state: 'broken'; readonly error: MlError };

export type DataStatus = DataState & {
  /** Workspace-relative. */
  readonly pointer: string;
  /** Where the data lies; workspace-relative. */
  readonly path: string;
  /**
   * How many files of what the pointer names the store lacks. Of data that is here and unchanged only the list is looked up,
   * which a store has when it has all; of all other each file.
   */
  readonly notStored: number;
};

/**
 * How the data of a workspace stands to its committed pointers. Nothing is written but what makes the next look cheap.
 *
 * @param pointers workspace-relative. One that is not there, since it is being removed, is left out.
 * @throws MlError ERR_ML_STORE_UNAVAILABLE
 */
export async function dataStatus(
  pointers: readonly string[],
  deps: DataStatusDeps,
): Promise<readonly DataStatus[]> {
  const found: DataStatus[] = [];
  for (const pointer of pointers) {
    const path = dataPathOf(pointer);
    const state = await stateOf(pointer, path, deps);
    if (state !== undefined) found.push({ pointer, path, ...state });
  }
  return withStored(found, deps);
}

type Found = DataState & { readonly notStored: number };

async function stateOf(pointer: string, path: string, deps: DataStatusDeps): Promise<Found | undefined> {
  const { data } = deps;
  try {
    const text = data.readText(pointer, longestPointer);
    if (text === undefined) return undefined;
    const ref = await readPointer(text, pointer);
    const seen = data.look(path);
    if (seen?.ref.digest === ref.digest && seen.ref.kind === ref.kind)
      return { state: 'unchanged', ref, notStored: 0 };
    const notStored = await countMissing(ref, deps.objects);
    if (seen === undefined) return { state: 'absent', ref, notStored };
    const changes = await changesOf(path, ref, seen, deps);
    if (await isPartial(ref, changes, deps.objects))
      return { state: 'partial', ref, now: seen.ref, notStored };
    return { state: 'changed', ref, now: seen.ref, notStored, changes };
  } catch (error) {
    if (isMlError(error) && error.code !== 'ERR_ML_STORE_UNAVAILABLE')
      return { state: 'broken', error, notStored: 0 };
    throw error;
  }
}

/** The objects of all unchanged data are asked for at once, so that a remote store could answer in one request. */
async function withStored(
  found: readonly DataStatus[],
  { objects }: DataStatusDeps,
): Promise<readonly DataStatus[]> {
  const unchanged = found.flatMap((each) => (each.state === 'unchanged' ? [each.ref.digest] : []));
  const missing = new Set<Digest>(await objects.missing(unchanged));
  return found.map((each) =>
    each.state === 'unchanged' && missing.has(each.ref.digest)
      ? { ...each, notStored: each.ref.files }
      : each,
  );
}

async function countMissing(ref: ObjectRef, objects: ObjectStore): Promise<number> {
  if ((await objects.missing([ref.digest])).length > 0) return ref.files;
  if (ref.kind === 'file') return 0;
  const files = await storedTree(ref.digest, objects);
  return files === undefined ? ref.files : (await objects.missing(files.map(({ digest }) => digest))).length;
}

/** Files that this machine never had were not removed by anybody. */
async function isPartial(
  ref: ObjectRef,
  changes: readonly DataChange[] | undefined,
  objects: ObjectStore,
): Promise<boolean> {
  if (changes === undefined || changes.length === 0 || changes.some(({ change }) => change !== 'removed'))
    return false;
  const gone = new Set(changes.map(({ path }) => path));
  const files = (await storedTree(ref.digest, objects)) ?? [];
  const digests = new Set(files.filter(({ path }) => gone.has(path)).map(({ digest }) => digest));
  return (await objects.missing([...digests])).length === digests.size;
}

async function changesOf(
  path: string,
  ref: ObjectRef,
  seen: DataSeen,
  { data, objects }: DataStatusDeps,
): Promise<readonly DataChange[] | undefined> {
  const before = await storedContent(ref, basename(path), objects);
  return before === undefined ? undefined : contentChanges(before, workspaceContent(path, seen, data));
}

/** Data in the workspace as one of two versions. */
export function workspaceContent(path: string, seen: DataSeen, data: WorkspaceData): Content {
  return {
    entries: seen.entries(),
    read: (entry) =>
      Promise.resolve(data.readBytes(seen.ref.kind === 'file' ? path : `${path}/${entry.path}`)),
  };
}
