import { setImmediate } from 'node:timers/promises';

import type { Digest } from '../../kernel/index.js';
import type { ObjectSource } from '../../store/index.js';
import type { ObjectFiles } from './object-files.js';
import { Pump } from './pump.js';
import { fingerprint, sourceChanged } from './source.js';
import type { StoreFolder } from './store-folder.js';

const block = 1024 * 1024;

/**
 * Verifies an object and gives its bytes from then on: each read looks whether it still is the file that was verified.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING, ERR_ML_OBJECT_CORRUPT
 */
export async function openObjectSource(
  digest: Digest,
  folder: StoreFolder,
  objects: ObjectFiles,
): Promise<ObjectSource> {
  const pump = new Pump();
  const verified = await objects.open(digest).using(async (file) => {
    const before = file.stat();
    return { ...(await pump.run(file)), fingerprint: fingerprint(before) };
  });
  if (verified.digest !== digest) throw await objects.condemn(digest, pump);
  return {
    size: verified.size,
    async *read(start, end) {
      const file = objects.open(digest);
      try {
        if (fingerprint(file.stat()) !== verified.fingerprint) throw sourceChanged(folder.object(digest));
        for (let at = start; at < end; at += block) {
          const buffer = Buffer.allocUnsafe(Math.min(block, end - at));
          yield buffer.subarray(0, file.readAt(buffer, at));
          await setImmediate();
        }
      } finally {
        file.close();
      }
    },
  };
}
