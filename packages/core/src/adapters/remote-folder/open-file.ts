import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

import { MlError } from '../../kernel/index.js';
import type { OpenBlob } from '../../remote/index.js';
import type { FolderCalls } from './folder-calls.js';

/** @returns how many bytes came; 0 at the end. */
export type ReadInto = (buffer: Buffer, position: number) => Promise<number>;

/** Large enough that calls do not count, small enough that hundreds can be open. */
const block = 1024 * 1024;

/** A file of a remote's folder, open. */
export class OpenFile implements OpenBlob {
  readonly size: number;
  readonly version: string;

  constructor(
    private readonly file: FileHandle,
    { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats,
    private readonly readInto: ReadInto,
    private readonly calls: FolderCalls,
  ) {
    this.size = Number(size);
    this.version = [dev, ino, size, mtimeNs, ctimeNs].join('.');
  }

  async *pieces(start: number, end: number): AsyncIterable<Uint8Array> {
    const length = Math.min(block, end - start);
    const buffers: (Buffer | undefined)[] = [];
    for (let at = start, turn = 0; at < end; turn ^= 1) {
      // Two in turn, the second only when there is a second piece. Of their own: the pool's would be held by whoever keeps one.
      const buffer = (buffers[turn] ??= Buffer.allocUnsafeSlow(length));
      const count = await this.readInto(buffer.subarray(0, Math.min(length, end - at)), at);
      if (count === 0) throw shrunk(this.size);
      at += count;
      yield buffer.subarray(0, count);
    }
  }

  close(): Promise<void> {
    return this.calls.close(this.file);
  }
}

function shrunk(size: number): MlError {
  return new MlError('ERR_ML_REMOTE_UNAVAILABLE', {
    message: `A file of ${String(size)} bytes became shorter while it was read`,
    fix: 'Something else writes in the folder of the remote: nothing but nx-ml may.',
  });
}
