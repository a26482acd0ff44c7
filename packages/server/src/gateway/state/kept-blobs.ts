import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';

import { hexOf } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { syncFolder, systemCode } from '../../access/state/index.js';
import { Refusal } from '../../http/refusal.js';
import { RequestBody } from '../../http/request-body.js';

/** Bytes of the disk that uploads leave free: a change of the route and a rollback are written there, too. */
const reserve = 32 * 2 ** 20;
const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Bytes of a folder's disk that are free. */
export type FreeBytes = (folder: string) => Promise<number>;

export const freeBytes: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** Bytes by their digest. What is there was hashed when it came; whether it still is right is verified by who loads it. */
export class KeptBlobs {
  constructor(
    /** Absolute; holds `<64 hex>` files. */
    readonly folder: string,
    private readonly incoming: string,
    private readonly free: FreeBytes = freeBytes,
  ) {}

  /** One that is asked for is about to be used: it is not swept for a while. */
  async has(digest: Digest): Promise<boolean> {
    const now = new Date();
    try {
      await utimes(this.#path(digest), now, now);
      return true;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false;
      // A disk that is read-only still has it.
      await stat(this.#path(digest));
      return true;
    }
  }

  /**
   * Takes a body in: whole and right, or not at all.
   *
   * @param size bytes that were announced
   * @throws Refusal 422 for another digest, 400 for another size, 507 without room
   */
  async take(digest: Digest, size: number, request: IncomingMessage): Promise<void> {
    const body = new RequestBody(request, size);
    const temporary = join(this.incoming, randomUUID());
    try {
      if ((await this.free(this.folder)) < size + reserve) throw noRoom();
      // Nobody writes into it any more, a process of the user's own neither: files of releases are names of the same bytes.
      const file = await open(temporary, 'wx', 0o400);
      try {
        await receive(file, body, size);
      } finally {
        await file.close();
      }
      const found = await body.digest();
      if (found !== digest) throw otherDigest(digest, found);
      await rename(temporary, this.#path(digest));
      syncFolder(this.folder);
    } catch (error) {
      throw full.has(systemCode(error) ?? '') ? noRoom() : error;
    } finally {
      body.discard();
      await rm(temporary, { force: true });
    }
  }

  /** Removes what nobody needs and nobody asked for lately. @param before milliseconds since the epoch */
  async sweep(isNeeded: (hex: string) => boolean, before: number): Promise<number> {
    let removed = 0;
    for (const hex of await readdir(this.folder)) {
      const path = join(this.folder, hex);
      if (isNeeded(hex) || (await stat(path)).mtimeMs > before) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  #path(digest: Digest): string {
    return join(this.folder, hexOf(digest));
  }
}

async function receive(file: FileHandle, body: RequestBody, size: number): Promise<void> {
  let at = 0;
  for await (const part of body.blocks()) {
    if (at + part.length > size) throw otherSize(size);
    for (let written = 0; written < part.length;)
      written += (await file.write(part, written, part.length - written, at + written)).bytesWritten;
    at += part.length;
  }
  if (at !== size) throw otherSize(size);
  await file.datasync();
}

function noRoom(): Refusal {
  return new Refusal(507, {
    message: 'The gateway has no room left for this release; it goes on with what it serves',
    fix: 'Make room on the disk of its state folder, and deploy again.',
  });
}

function otherSize(size: number): Refusal {
  return new Refusal(400, {
    message: `Other than the ${String(size)} bytes announced came`,
    fix: 'Send it again.',
  });
}

function otherDigest(digest: Digest, found: Digest): Refusal {
  return new Refusal(422, {
    message: `What came has the digest ${found}, and not ${digest}`,
    fix: 'Fetch the bundle again from a place you trust, and deploy again.',
  });
}
