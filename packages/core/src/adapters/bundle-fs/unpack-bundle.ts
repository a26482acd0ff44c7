import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { BundleFile, VerifiedBundle } from '../../bundle/index.js';
import { hexOf, MlError, messageOf } from '../../kernel/index.js';
import { measureFile, openNoLink } from './folder-source.js';

export interface UnpackOptions {
  /** Absolute folder of the blobs: `blobs/sha256` of a bundle's folder, or where a gateway keeps them. */
  readonly blobs: string;
  /** Absolute; must not be there yet. */
  readonly target: string;
  /**
   * `copy` (default): each byte is read once more and compared, so that nothing that changed since it was verified gets there.
   * `link`: names of the same files, for whoever owns the blobs and lets nobody write there.
   */
  readonly by?: 'copy' | 'link' | undefined;
}

/**
 * Lays the files of a verified bundle out by their paths. The target is there whole or not at all.
 *
 * @throws MlError ERR_ML_BUNDLE_DAMAGED where a blob is no longer what it was, ERR_ML_FILE_INACCESSIBLE
 */
export async function unpackBundle({ files }: VerifiedBundle, options: UnpackOptions): Promise<void> {
  const { blobs, target, by = 'copy' } = options;
  const staging = `${target}.tmp-${randomUUID()}`;
  const place = by === 'link' ? linkFile : copyFile;
  try {
    await mkdir(staging, { recursive: true });
    for (const file of files) {
      const path = join(staging, file.path);
      await mkdir(dirname(path), { recursive: true });
      await place(join(blobs, hexOf(file.digest)), path, file);
    }
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (error instanceof MlError) throw error;
    throw inaccessible(target, error);
  }
}

async function linkFile(blob: string, path: string): Promise<void> {
  await link(blob, path);
}

async function copyFile(blob: string, path: string, { digest, path: name }: BundleFile): Promise<void> {
  const source = await openNoLink(blob, name);
  try {
    const copy = await open(path, 'wx', 0o444);
    try {
      const found = await measureFile(source, async (piece) => {
        await copy.writeFile(piece);
      });
      if (found.digest !== digest) throw changed(name);
      await copy.sync();
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}

function changed(name: string): MlError {
  return new MlError('ERR_ML_BUNDLE_DAMAGED', {
    message: `A bundle is damaged: ${name} changed after it was verified`,
    fix: 'Fetch the bundle again from a place you trust.',
  });
}

function inaccessible(target: string, cause: unknown): MlError {
  return new MlError('ERR_ML_FILE_INACCESSIBLE', {
    message: `A bundle cannot be laid out at ${target}: ${messageOf(cause)}`,
    fix: 'Name a folder that is not there yet, on a disk with room, that you may write.',
    cause,
  });
}
