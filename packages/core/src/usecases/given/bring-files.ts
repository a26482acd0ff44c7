import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { ForeignData, ForeignFile, ForeignRef, FoundFile } from '../../interop/foreign/index.js';
import { MlError } from '../../kernel/index.js';
import { refuseCancelled } from '../../remote/index.js';
import type { ObjectStore, TreeEntry } from '../../store/index.js';
import type { TransferProgress } from '../transfer/transfer-deps.js';

/** Downloads at once. */
const atOnce = 8;
/** Files that are stored as one: so many syncs are spared, and so many downloads lie beside the store at most. */
const batchSize = 256;

export interface BringFilesInput {
  readonly ref: ForeignRef;
  /** Without `fetch` no other machine is asked. */
  readonly data: Pick<ForeignData, 'find'> & Partial<Pick<ForeignData, 'fetch'>>;
  readonly objects: ObjectStore;
  /** Absolute; removed in the end. */
  readonly staging: string;
  readonly missing: (file: ForeignFile) => MlError;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: TransferProgress | undefined;
  /** Told of each file that was fetched. Bytes. */
  readonly onFetched?: ((size: number) => void) | undefined;
}

/**
 * Puts the files of foreign data into the store, each verified by its foreign sum before.
 *
 * @returns them by what they were found to be, in the order given.
 */
export async function bringFiles(
  files: readonly ForeignFile[],
  input: BringFilesInput,
): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = [];
  try {
    for (let start = 0; start < files.length; start += batchSize) {
      const batch = files.slice(start, start + batchSize);
      await mkdir(input.staging, { recursive: true });
      const found = await obtain(batch, input);
      await store(found, input);
      await rm(input.staging, { recursive: true, force: true });
      entries.push(
        ...batch.map(({ path }, index) => {
          const { digest, size } = foundAt(found, index);
          return { path, digest, size };
        }),
      );
    }
  } finally {
    await rm(input.staging, { recursive: true, force: true });
  }
  return entries;
}

async function obtain(files: readonly ForeignFile[], input: BringFilesInput): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = new Array<FoundFile>(files.length);
  const pending = [...files.entries()].reverse();
  let failed = false;
  const work = async (): Promise<void> => {
    for (let next = pending.pop(); next !== undefined && !failed; next = pending.pop()) {
      const [index, file] = next;
      refuseCancelled(input.signal);
      found[index] = await one(file, join(input.staging, String(index)), input);
    }
  };
  await Promise.all(
    Array.from({ length: atOnce }, () =>
      work().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    ),
  );
  return found;
}

async function one(
  file: ForeignFile,
  target: string,
  { ref, data, missing, progress, onFetched }: BringFilesInput,
): Promise<FoundFile> {
  const here = await data.find(ref, file);
  const found = here ?? (await data.fetch?.(ref, file, target));
  if (found === undefined) throw missing(file);
  if (here === undefined) onFetched?.(found.size);
  progress?.advance({ files: 1 });
  return found;
}

/** What was verified must be what is stored: the file may have changed in between. */
async function store(
  found: readonly FoundFile[],
  { objects, signal }: Pick<BringFilesInput, 'objects' | 'signal'>,
): Promise<void> {
  await objects.batch(async (writer) => {
    for (const { at, digest } of found) {
      const stored = await writer.putFile(at, { signal }).catch((error: unknown) => {
        refuseCancelled(signal);
        throw error;
      });
      if (stored.digest === digest) continue;
      throw new MlError('ERR_ML_SOURCE_CHANGED', {
        message: `${at} changed while it was stored`,
        fix: 'Run again when nothing writes there.',
      });
    }
  });
}

function foundAt(found: readonly FoundFile[], index: number): FoundFile {
  const file = found[index];
  if (file === undefined) throw new Error(`no file ${String(index)}`);
  return file;
}
