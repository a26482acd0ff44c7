import { hasRows, rowChanges } from '../../data/index.js';
import type { RowCounts } from '../../data/index.js';
import { fileChanges } from '../../store/index.js';
import type { FileChange } from '../../store/index.js';

/** What became of one file of a dataset. */
export type DataChange = FileChange & {
  readonly rows?: RowCounts;
  /** Bytes, before and after; undefined where nobody knows. */
  readonly size: readonly [number | undefined, number | undefined];
};

/** One file of a version. */
interface ContentEntry {
  readonly path: string;
  /** `sha256:` or `md5:`; of two versions that are compared the same kind. */
  readonly digest: string;
  /** Bytes; undefined where nobody knows. */
  readonly size: number | undefined;
}

/** One version of some data: what files it has, and their bytes where they can be had. */
export interface Content {
  readonly entries: readonly ContentEntry[];
  read(entry: ContentEntry): Promise<Uint8Array | undefined>;
}

/** What changed from one version to another, file by file; of tables also how many rows. */
export async function contentChanges(before: Content, after: Content): Promise<readonly DataChange[]> {
  const [old, now] = [byPath(before.entries), byPath(after.entries)];
  const changes: DataChange[] = [];
  // One after the other: two versions of one file in memory are enough.
  for (const change of fileChanges(before.entries, after.entries)) {
    const from = old.get(change.change === 'renamed' ? change.from : change.path);
    const to = now.get(change.path);
    const size = [sizeOf(from), sizeOf(to)] as const;
    const rows = change.change === 'edited' ? await rowsOf(from, to, { before, after }) : undefined;
    changes.push({ ...change, size, ...(rows === undefined ? {} : { rows }) });
  }
  return changes;
}

async function rowsOf(
  from: ContentEntry | undefined,
  to: ContentEntry | undefined,
  { before, after }: { readonly before: Content; readonly after: Content },
): Promise<RowCounts | undefined> {
  if (from === undefined || to === undefined || !hasRows(to.path, Math.max(from.size ?? 0, to.size ?? 0)))
    return undefined;
  const [old, now] = [await before.read(from), await after.read(to)];
  return old === undefined || now === undefined ? undefined : rowChanges(to.path, old, now);
}

function byPath(entries: readonly ContentEntry[]): ReadonlyMap<string, ContentEntry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

/** A file that is not there has no bytes. */
function sizeOf(entry: ContentEntry | undefined): number | undefined {
  return entry === undefined ? 0 : entry.size;
}
