import { isMlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { datasetSource } from '../manifest/index.js';
import { decodeTree, fileChanges } from '../store/index.js';
import type { FileChange, ObjectStore, TreeEntry } from '../store/index.js';
import { filesEntries } from './given-files.js';
import { pointedEntry } from './given-pointer.js';
import { inProject } from './in-project.js';
import type { MlProject, Workspace } from './ports.js';

/** Larger files are compared by their digest alone. Bytes. */
const mostBytes = 20_000_000;
const textFile = /\.(?:csv|tsv|jsonl|ndjson|txt)$/i;

interface RowCounts {
  readonly added: number;
  readonly removed: number;
}

/** What became of one file of a dataset. */
export type DataChange = FileChange & {
  readonly rows?: RowCounts;
  /** Bytes, before and after. */
  readonly size: readonly [number, number];
};

export interface DataChangesDeps {
  readonly workspace: Workspace;
  readonly objects: ObjectStore;
}

/**
 * What changed between two contents of a dataset or a model, file by file.
 *
 * @param project the one that has it, whose workspace files may be the new content.
 * @returns undefined when one of the two is no longer, or not yet, anywhere.
 */
export async function dataChanges(
  before: Digest,
  after: Digest,
  project: MlProject,
  deps: DataChangesDeps,
): Promise<readonly DataChange[] | undefined> {
  const [old, now] = await Promise.all([stored(before, deps), content(after, project, deps)]);
  if (old === undefined || now === undefined) return undefined;
  const [oldFiles, nowFiles] = [byPath(old), byPath(now)];
  return Promise.all(
    fileChanges(old, now).map(async (change) => {
      const [from, to] = [oldFiles.get(change.path), nowFiles.get(change.path)];
      const rows = change.change === 'edited' ? await rowChanges(from, to, project, deps) : undefined;
      return {
        ...change,
        size: [from?.size ?? 0, to?.size ?? 0] as const,
        ...(rows === undefined ? {} : { rows }),
      };
    }),
  );
}

function byPath(entries: readonly TreeEntry[]): ReadonlyMap<string, TreeEntry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

async function stored(
  digest: Digest,
  { objects }: DataChangesDeps,
): Promise<readonly TreeEntry[] | undefined> {
  const bytes = await read(digest, objects);
  return bytes === undefined ? undefined : decodeTree(bytes);
}

/** The files of a given dataset may be in the workspace alone as yet. */
async function content(
  digest: Digest,
  project: MlProject,
  deps: DataChangesDeps,
): Promise<readonly TreeEntry[] | undefined> {
  const known = await stored(digest, deps);
  if (known !== undefined || project.config.kind !== 'dataset') return known;
  const source = datasetSource(project.config);
  if (source.from === 'files') return filesEntries(project, source.globs, deps.workspace);
  return source.from === 'pointer' ? pointedEntry(project, source.path, deps.workspace) : undefined;
}

/** Lines that only one of two versions has, each as often as it stands there. */
async function rowChanges(
  before: TreeEntry | undefined,
  after: TreeEntry | undefined,
  project: MlProject,
  { objects, workspace }: DataChangesDeps,
): Promise<RowCounts | undefined> {
  if (before === undefined || after === undefined || !textFile.test(after.path)) return undefined;
  if (Math.max(before.size, after.size) > mostBytes) return undefined;
  const old = await read(before.digest, objects);
  const now = await read(after.digest, objects);
  const text = now === undefined ? workspace.tree.readText(inProject(project, after.path)) : now.toString();
  return old === undefined || text === undefined ? undefined : countRows(old.toString(), text);
}

function countRows(before: string, after: string): RowCounts {
  const counts = new Map<string, number>();
  for (const line of before.split('\n')) counts.set(line, (counts.get(line) ?? 0) - 1);
  for (const line of after.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  let [added, removed] = [0, 0];
  for (const count of counts.values()) {
    added += Math.max(0, count);
    removed += Math.max(0, -count);
  }
  return { added, removed };
}

async function read(digest: Digest, objects: ObjectStore): Promise<Buffer | undefined> {
  try {
    return await objects.readBytes(digest);
  } catch (error) {
    if (isMlError(error)) return undefined; // Gone or damaged: then there is less to tell.
    throw error;
  }
}
