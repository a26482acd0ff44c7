import { dataPathOf, readPointer } from '../../data/index.js';
import type { PointerCommit, PointerEdit, PointerHistory } from '../../data/index.js';
import { isMlError } from '../../kernel/index.js';
import { fileChanges } from '../../store/index.js';
import type { FileChange, ObjectRef, ObjectStore } from '../../store/index.js';
import { storedTree } from './stored-content.js';

/** How many files a commit added, removed, edited and renamed. */
export type FileCounts = Readonly<Record<FileChange['change'], number>>;

/** What one commit made of the data of one pointer. */
export interface DataEdit {
  readonly pointer: string;
  readonly path: string;
  /** undefined where the commit added it, or where what it says is no pointer. */
  readonly before: ObjectRef | undefined;
  readonly after: ObjectRef | undefined;
  /** undefined where the store lacks the list of one side. */
  readonly files: FileCounts | undefined;
}

export type DataCommit = Omit<PointerCommit, 'edits'> & { readonly edits: readonly DataEdit[] };

export interface DataLogDeps {
  readonly history: PointerHistory;
  readonly objects: ObjectStore;
}

/**
 * The commits that changed data, newest first.
 *
 * @param paths pointers, data or folders above, workspace-relative; none for all.
 */
export async function dataLog(
  paths: readonly string[],
  { history, objects }: DataLogDeps,
): Promise<readonly DataCommit[]> {
  const commits: DataCommit[] = [];
  for (const { edits, ...commit } of await history.log(paths))
    commits.push({ ...commit, edits: await Promise.all(edits.map((edit) => dataEdit(edit, objects))) });
  return commits;
}

async function dataEdit({ pointer, before, after }: PointerEdit, objects: ObjectStore): Promise<DataEdit> {
  const [old, now] = [await refIn(before, pointer), await refIn(after, pointer)];
  return {
    pointer,
    path: dataPathOf(pointer),
    before: old,
    after: now,
    files: old === undefined || now === undefined ? undefined : await countFiles(old, now, objects),
  };
}

async function countFiles(
  old: ObjectRef,
  now: ObjectRef,
  objects: ObjectStore,
): Promise<FileCounts | undefined> {
  const [before, after] = [await entriesOf(old, objects), await entriesOf(now, objects)];
  if (before === undefined || after === undefined) return undefined;
  const counts = { added: 0, removed: 0, edited: 0, renamed: 0 };
  for (const { change } of fileChanges(before, after)) counts[change] += 1;
  return counts;
}

function entriesOf({ kind, digest, size }: ObjectRef, objects: ObjectStore) {
  return kind === 'tree' ? storedTree(digest, objects) : Promise.resolve([{ path: '', digest, size }]);
}

/** History is what it is: a commit that broke a pointer is told without what it said. */
async function refIn(text: string | undefined, pointer: string): Promise<ObjectRef | undefined> {
  try {
    return text === undefined ? undefined : await readPointer(text, pointer);
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}
