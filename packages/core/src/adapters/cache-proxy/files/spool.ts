import { open, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** How files are opened; a test puts a full disk in its place. */
export type OpenFile = (path: string, flags: string, mode: number) => Promise<FileHandle>;

export const openFile: OpenFile = (path, flags, mode) => open(path, flags, mode);

/** This machine cannot keep the bytes: no space, no permission. Never leaves this adapter. */
export class SpoolFailure extends Error {
  override readonly name = 'SpoolFailure';
  /** Stands in the summary. */
  readonly why: string;

  constructor(cause: unknown, why?: string) {
    super('spool', { cause });
    if (why !== undefined) {
      this.why = why;
      return;
    }
    const { code } = cause as { code?: string };
    const text =
      code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk here is full' : 'the queue folder cannot be used';
    this.why = code === undefined ? text : `${text} (${code})`;
  }
}

let count = 0;

/** A file without a name, so that nothing of it is left when the process ends. @throws SpoolFailure */
export async function openSpool(folder: string, opening: OpenFile): Promise<FileHandle> {
  count += 1;
  const path = join(folder, `${String(process.pid)}-${String(count)}.spool`);
  try {
    const handle = await opening(path, 'wx+', 0o600);
    await unlink(path);
    return handle;
  } catch (error) {
    throw new SpoolFailure(error);
  }
}

/** Writes all of it. @throws SpoolFailure */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, at);
      at += bytesWritten;
    }
  } catch (error) {
    throw new SpoolFailure(error);
  }
}
