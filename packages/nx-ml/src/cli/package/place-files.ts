import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { BundleFile } from '@nx-ml/core/bundle';
import type { ObjectStore } from '@nx-ml/core/store';

/** A file of a bundle, and where it goes: relative to the target. */
interface PlacedFile {
  readonly file: BundleFile;
  readonly path: string;
}

/**
 * Lays files of a verified bundle out as copies that are nobody else's, each byte compared on its way. Whole or not at all.
 *
 * @param target absolute; must not be there yet
 */
export async function placeFiles(
  files: readonly PlacedFile[],
  target: string,
  objects: Pick<ObjectStore, 'materialise'>,
): Promise<void> {
  const staging = `${target}.tmp-${randomUUID()}`;
  try {
    for (const { file, path } of files) {
      const place = join(staging, path);
      await mkdir(dirname(place), { recursive: true });
      const ref = { kind: 'file', digest: file.digest, size: file.size, files: 1 } as const;
      await objects.materialise(ref, place, { for: 'edit' });
    }
    await rename(staging, target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
