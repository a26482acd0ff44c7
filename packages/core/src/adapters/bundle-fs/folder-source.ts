import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import type { BundleSource, SourceFile } from '../../bundle/index.js';
import { fromHex, MlError, messageOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';

const block = 1024 * 1024;

/** The bytes of a bundle below a folder. No link is followed, so that nothing outside of it is read. */
export class FolderSource implements BundleSource {
  constructor(private readonly folder: string) {}

  async list(limit: number): Promise<readonly SourceFile[]> {
    const files: SourceFile[] = [];
    const folders = [''];
    for (let prefix = folders.pop(); prefix !== undefined; prefix = folders.pop()) {
      for (const item of await this.#entries(prefix)) {
        const path = prefix === '' ? item.name : `${prefix}/${item.name}`;
        if (item.isDirectory()) folders.push(path);
        else if (item.isFile()) files.push({ path, size: (await lstat(join(this.folder, path))).size });
        else throw noFile(path);
        if (files.length + folders.length > limit + 8) throw tooMany(limit);
      }
    }
    return files;
  }

  read(path: string, limit: number): Promise<Buffer> {
    return this.#opened(path, async (file, size) => {
      if (size > limit)
        throw new MlError('ERR_ML_BUNDLE_LAYOUT', {
          message: `A bundle was refused: ${path} has ${String(size)} bytes, and at most ${String(limit)} are expected`,
          fix: 'Fetch the bundle again from a place you trust.',
        });
      const bytes = Buffer.alloc(size);
      const { bytesRead } = await file.read(bytes, 0, size, 0);
      return bytes.subarray(0, bytesRead);
    });
  }

  measure(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
    return this.#opened(path, (file) => measureFile(file));
  }

  async #entries(prefix: string) {
    try {
      return await readdir(join(this.folder, prefix), { withFileTypes: true });
    } catch (cause) {
      throw unreadable(prefix === '' ? this.folder : prefix, cause);
    }
  }

  async #opened<T>(path: string, action: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
    const file = await openNoLink(join(this.folder, path), path);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw noFile(path);
      return await action(file, stat.size);
    } finally {
      await file.close();
    }
  }
}

/** @param onPiece told of each piece as it is hashed; the buffer is used again afterwards */
export async function measureFile(
  file: FileHandle,
  onPiece?: (piece: Buffer) => Promise<void>,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(block);
  let size = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, block, size);
    if (bytesRead === 0) return { digest: fromHex(hash.digest('hex')), size };
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    await onPiece?.(piece);
    size += bytesRead;
  }
}

/** A pipe or a device is not waited for either. @throws MlError ERR_ML_BUNDLE_PATH, ERR_ML_BUNDLE_DAMAGED */
export async function openNoLink(absolute: string, path: string): Promise<FileHandle> {
  try {
    return await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'ENXIO') throw noFile(path);
    throw unreadable(path, cause);
  }
}

function noFile(path: string): MlError {
  return new MlError('ERR_ML_BUNDLE_PATH', {
    message: `A bundle was refused: ${JSON.stringify(path)} is a link, or something else that is no regular file`,
    fix: 'Fetch the bundle again from a place you trust.',
  });
}

function tooMany(limit: number): MlError {
  return new MlError('ERR_ML_BUNDLE_LAYOUT', {
    message: `A bundle was refused: it holds more than the ${String(limit)} files that it names`,
    fix: 'Package the model again, into an empty folder.',
  });
}

function unreadable(path: string, cause: unknown): MlError {
  return new MlError('ERR_ML_BUNDLE_DAMAGED', {
    message: `A bundle is damaged: ${JSON.stringify(path)} cannot be read: ${messageOf(cause)}`,
    fix: 'Fetch the bundle again from a place you trust.',
    cause,
  });
}
