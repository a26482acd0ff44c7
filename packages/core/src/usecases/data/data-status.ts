import { dataPathOf, longestPointer } from '../../data/index.js';
import type { DataRef } from '../../data/index.js';
import { isMlError } from '../../kernel/index.js';
import type { MlError } from '../../kernel/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { DataChange } from './content-changes.js';
import { changesBetween, isSameData } from './data-side.js';
import type { PointedSide } from './data-side.js';
import type { SeenSide } from './seen-side.js';
import { pointedSide, seenSide } from './sides.js';
import type { SidesDeps } from './sides-deps.js';

/** How data stands to what its pointer says. */
type DataState =
  | { readonly state: 'unchanged'; readonly ref: DataRef }
  | {
      readonly state: 'changed';
      readonly ref: DataRef;
      readonly now: ObjectRef;
      /** undefined where the list of what it was is not here. */
      readonly changes: readonly DataChange[] | undefined;
    }
  /** Some files of it were brought here, unchanged; the others are neither here nor in the store. */
  | { readonly state: 'partial'; readonly ref: DataRef; readonly now: ObjectRef }
  /** Not in the workspace. */
  | { readonly state: 'absent'; readonly ref: DataRef }
  /** The pointer or the data cannot be read. */
  | { readonly state: 'broken'; readonly error: MlError };

export type DataStatus = DataState & {
  /** Workspace-relative. */
  readonly pointer: string;
  /** Where the data lies; workspace-relative. */
  readonly path: string;
  /**
   * How many files of what the pointer names the store lacks, and for a .dvc file DVC's cache too. Of data that is here and
   * unchanged only the list is looked up, which a store has when it has all; of all other each file.
   */
  readonly notStored: number;
};

/**
 * How the data of a workspace stands to its committed pointers. Nothing is written but what makes the next look cheap.
 *
 * @param pointers workspace-relative, ours and .dvc files. One that is not there, since it is being removed, is left out.
 * @throws MlError ERR_ML_STORE_UNAVAILABLE
 */
export async function dataStatus(
  pointers: readonly string[],
  deps: SidesDeps,
): Promise<readonly DataStatus[]> {
  const found: DataStatus[] = [];
  for (const pointer of pointers) {
    const status = await statusOf(pointer, deps);
    if (status !== undefined) found.push(status);
  }
  return found;
}

async function statusOf(pointer: string, deps: SidesDeps): Promise<DataStatus | undefined> {
  let path = dataPathOf(pointer);
  try {
    const text = deps.data.readText(pointer, longestPointer);
    if (text === undefined) return undefined;
    const side = await pointedSide(pointer, text, deps);
    path = side.path;
    return { pointer, path, ...(await stateOf(side, seenSide(path, deps))) };
  } catch (error) {
    if (isMlError(error) && error.code !== 'ERR_ML_STORE_UNAVAILABLE')
      return { pointer, path, state: 'broken', error, notStored: 0 };
    throw error;
  }
}

type Found = DataState & { readonly notStored: number };

async function stateOf(side: PointedSide, seen: SeenSide | undefined): Promise<Found> {
  const { ref } = side;
  if (seen === undefined) return { state: 'absent', ref, notStored: await side.missing() };
  const now = seen.ref;
  if (await isSameData(side, seen)) {
    const { size, files } = now;
    const notStored = (await side.isListed()) ? 0 : files;
    return { state: 'unchanged', ref: { ...ref, size, files }, notStored };
  }
  const notStored = await side.missing();
  const changes = await changesBetween(side, seen);
  if (await isPartial(side, changes)) return { state: 'partial', ref, now, notStored };
  return { state: 'changed', ref, now, notStored, changes };
}

/** Files that this machine never had were not removed by anybody. */
async function isPartial(side: PointedSide, changes: readonly DataChange[] | undefined): Promise<boolean> {
  if (changes === undefined || changes.length === 0 || changes.some(({ change }) => change !== 'removed'))
    return false;
  const gone = new Set(changes.map(({ path }) => path));
  return (await side.missing(gone)) === gone.size;
}
