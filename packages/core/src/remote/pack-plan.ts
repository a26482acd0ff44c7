import { digestOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import type { BlobSource } from './blobs.js';
import { encodePackIndex, maxPackEntries, packBytes } from './pack-index.js';
import type { PackedObject } from './pack-index.js';

/** A pack that is to be written. */
export interface PackPlan {
  /** Its name: the digest of its index, which tells all of its bytes. */
  readonly pack: Digest;
  readonly index: Buffer;
  /** In the order in which they lie there. */
  readonly objects: readonly PackedObject[];
  /** Bytes of the pack. */
  readonly size: number;
}

/**
 * Packs for small objects, which stay in the order given: that of their paths, so that what is read together lies
 * together. The same objects come into the same packs, so that a push goes on where an interrupted one stopped.
 */
export function planPacks(objects: readonly PackedObject[]): readonly PackPlan[] {
  const plans: PackPlan[] = [];
  let chosen: PackedObject[] = [];
  let size = 0;
  const close = (): void => {
    const index = encodePackIndex(chosen);
    plans.push({ pack: digestOf(index), index, objects: chosen, size });
    [chosen, size] = [[], 0];
  };
  for (const object of objects) {
    chosen.push(object);
    size += object.size;
    if (size >= packBytes || chosen.length === maxPackEntries) close();
  }
  if (chosen.length > 0) close();
  return plans;
}

/**
 * The bytes of a planned pack, read as they are needed.
 *
 * @param read the bytes of a small object.
 */
export function packSource(plan: PackPlan, read: (digest: Digest) => Promise<Uint8Array>): BlobSource {
  return {
    size: plan.size,
    async *read(start, end) {
      let offset = 0;
      for (const { digest, size } of plan.objects) {
        const [from, to] = [Math.max(start - offset, 0), Math.min(end - offset, size)];
        if (from < to) yield (await read(digest)).subarray(from, to);
        offset += size;
        if (offset >= end) return;
      }
    },
  };
}
