import { dataPathOf, longestPointer } from '../../data/index.js';
import type { DataRef } from '../../data/index.js';
import { isMlError } from '../../kernel/index.js';
import type { MlError } from '../../kernel/index.js';
import type { DataChange } from './content-changes.js';
import { changesBetween, isSameData } from './data-side.js';
import type { DataSide } from './data-side.js';
import { pointedSide, seenSide } from './sides.js';
import type { SidesDeps } from './sides-deps.js';

/** What became of the data of one pointer from one version of the workspace to another. */
export type DataDiff = {
  readonly pointer: string;
  readonly path: string;
} & (
  | {
      /** undefined: there was no such data. */
      readonly before: DataRef | undefined;
      /** undefined: there is none any more. */
      readonly after: DataRef | undefined;
      /** Of data that both have; undefined where the list of one of them is not here. */
      readonly changes: readonly DataChange[] | undefined;
    }
  | { readonly error: MlError }
);

/** Pointers and their texts at a commit; or the workspace as it is, by the pointers that are in it. */
export type DataVersion = ReadonlyMap<string, string> | { readonly workspace: readonly string[] };

/**
 * What differs between two versions of the workspace's data; what is the same in both is left out. The version that is in the
 * workspace is the data itself, whatever its pointer says, and where the data is not here the pointer.
 */
export async function dataDiff(
  before: DataVersion,
  after: DataVersion,
  deps: SidesDeps,
): Promise<readonly DataDiff[]> {
  const pointers = [...new Set([...pointersIn(before), ...pointersIn(after)])].sort();
  const diffs: DataDiff[] = [];
  for (const pointer of pointers) {
    const diff = await diffOf(pointer, [before, after], deps);
    if (diff !== undefined) diffs.push(diff);
  }
  return diffs;
}

async function diffOf(
  pointer: string,
  [before, after]: readonly [DataVersion, DataVersion],
  deps: SidesDeps,
): Promise<DataDiff | undefined> {
  try {
    const old = await sideOf(pointer, before, deps);
    const now = await sideOf(pointer, after, deps);
    const path = now?.path ?? old?.path ?? dataPathOf(pointer);
    if (old === undefined || now === undefined)
      return old === now ? undefined : { pointer, path, ...refsOf(old, now), changes: undefined };
    if (await isSameData(old, now)) return undefined;
    return { pointer, path, ...refsOf(old, now), changes: await changesBetween(old, now) };
  } catch (error) {
    if (isMlError(error) && error.code !== 'ERR_ML_STORE_UNAVAILABLE')
      return { pointer, path: dataPathOf(pointer), error };
    throw error;
  }
}

function refsOf(old: DataSide | undefined, now: DataSide | undefined) {
  return { before: old?.ref, after: now?.ref };
}

async function sideOf(pointer: string, version: DataVersion, deps: SidesDeps): Promise<DataSide | undefined> {
  const inWorkspace = 'workspace' in version;
  const text = inWorkspace ? deps.data.readText(pointer, longestPointer) : version.get(pointer);
  if (text === undefined) return undefined;
  const pointed = await pointedSide(pointer, text, deps);
  return inWorkspace ? (seenSide(pointed.path, deps) ?? pointed) : pointed;
}

function pointersIn(version: DataVersion): Iterable<string> {
  return 'workspace' in version ? version.workspace : version.keys();
}
