import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';

import type { BlobRange, BlobSource, OpenBlob, ServedBlobs, TransferOptions } from '@nx-ml/core/remote';
import { wholeSource } from '@nx-ml/core/remote';

/**
 * Blobs of a place whose sources must be readable twice, made to take one that comes once: it is kept in a folder of this machine until
 * it is there. The name of such a file says nothing and it is readable for us alone.
 */
export class SpooledBlobs implements ServedBlobs {
  readonly readsOnce = true;
  readonly place: string;

  /** @param folder ours alone; what lies in it is of uploads that were killed, and `clear` removes it. */
  constructor(
    private readonly inner: ServedBlobs,
    private readonly folder: string,
  ) {
    this.place = inner.place;
  }

  /** Before the first upload. */
  async clear(): Promise<void> {
    for (const name of await fs.readdir(this.folder))
      if (name.endsWith(suffix)) await fs.rm(join(this.folder, name), { force: true });
  }

  async createFrom(name: string, source: BlobSource, options: TransferOptions = {}): Promise<boolean> {
    if ((await this.inner.size(name)) !== undefined) return false;
    const path = join(this.folder, `${randomUUID()}${suffix}`);
    try {
      const file = await fs.open(path, 'wx', 0o600);
      try {
        for await (const piece of wholeSource(source, name)) await writeAll(file, piece);
      } finally {
        await file.close();
      }
      return await this.inner.createFrom(name, fileSource(path, source.size), options);
    } finally {
      await fs.rm(path, { force: true });
    }
  }

  list(prefix: string, after?: string): ReturnType<ServedBlobs['list']> {
    return this.inner.list(prefix, after);
  }

  size(name: string): Promise<number | undefined> {
    return this.inner.size(name);
  }

  read(
    name: string,
    range?: BlobRange,
    options?: TransferOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.inner.read(name, range, options);
  }

  write(name: string, source: BlobSource, options?: TransferOptions): Promise<void> {
    return this.inner.write(name, source, options);
  }

  create(name: string, bytes: Uint8Array): Promise<boolean> {
    return this.inner.create(name, bytes);
  }

  remove(name: string): Promise<void> {
    return this.inner.remove(name);
  }

  open(name: string): Promise<OpenBlob | undefined> {
    return this.inner.open(name);
  }
}

const suffix = '.upload';

async function writeAll(file: fs.FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await file.write(bytes.subarray(done))).bytesWritten;
}

function fileSource(path: string, size: number): BlobSource {
  return {
    size,
    async *read(start, end) {
      const file = await fs.open(path);
      try {
        // `end` of a stream is its last byte, and an empty one has none.
        if (end > start) yield* file.createReadStream({ start, end: end - 1, autoClose: false });
      } finally {
        await file.close();
      }
    },
  };
}
