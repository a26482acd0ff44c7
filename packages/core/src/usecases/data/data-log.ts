import { dataPathOf } from '../../data/index.js';
import type { DataRef, PointerCommit, PointerEdit, PointerHistory } from '../../data/index.js';
import { isMlError } from '../../kernel/index.js';
import { fileChanges } from '../../store/index.js';
import type { FileChange } from '../../store/index.js';
import { commonContents } from './data-side.js';
import type { PointedSide } from './data-side.js';
import { pointedSide } from './sides.js';
import type { PointedDeps } from './sides-deps.js';

/** How many files a commit added, removed, edited and renamed. */
export type FileCounts = Readonly<Record<FileChange['change'], number>>;

/** What one commit made of the data of one pointer. */
export interface DataEdit {
  readonly pointer: string;
  readonly path: string;
  /** undefined where the commit added it, or where what it says is no pointer. */
  readonly before: DataRef | undefined;
  readonly after: DataRef | undefined;
  /** undefined where the list of one side is not here. */
  readonly files: FileCounts | undefined;
}

export type DataCommit = Omit<PointerCommit, 'edits'> & { readonly edits: readonly DataEdit[] };

export interface DataLogDeps extends PointedDeps {
  readonly history: PointerHistory;
}

/**
 * The commits that changed data, newest first.
 *
 * @param paths pointers, data or folders above, workspace-relative; none for all.
 */
export async function dataLog(paths: readonly string[], deps: DataLogDeps): Promise<readonly DataCommit[]> {
  const commits: DataCommit[] = [];
  for (const { edits, ...commit } of await deps.history.log(paths))
    commits.push({ ...commit, edits: await Promise.all(edits.map((edit) => dataEdit(edit, deps))) });
  return commits;
}

async function dataEdit({ pointer, before, after }: PointerEdit, deps: PointedDeps): Promise<DataEdit> {
  const [old, now] = [await sideIn(before, pointer, deps), await sideIn(after, pointer, deps)];
  return {
    pointer,
    path: now?.path ?? old?.path ?? dataPathOf(pointer),
    before: old?.ref,
    after: now?.ref,
    files: old === undefined || now === undefined ? undefined : await countFiles(old, now),
  };
}

async function countFiles(old: PointedSide, now: PointedSide): Promise<FileCounts | undefined> {
  const contents = await commonContents(old, now);
  if (contents === undefined) return undefined;
  const [before, after] = contents;
  const counts = { added: 0, removed: 0, edited: 0, renamed: 0 };
  for (const { change } of fileChanges(before.entries, after.entries)) counts[change] += 1;
  return counts;
}

/** History is what it is: a commit that broke a pointer is told without what it said. */
async function sideIn(
  text: string | undefined,
  pointer: string,
  deps: PointedDeps,
): Promise<PointedSide | undefined> {
  try {
    return text === undefined ? undefined : await pointedSide(pointer, text, deps);
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}
