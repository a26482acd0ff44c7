import { createHash } from 'node:crypto';

import { ChunkList, recordBytes } from '../chunk-list.js';
import { cutBytes } from './cut-bytes.js';

/** The list of chunks of `bytes`. */
export function listOf(bytes: Uint8Array): ChunkList {
  const list = Buffer.alloc(cutBytes(bytes).length * recordBytes);
  let at = 0;
  for (const [index, size] of cutBytes(bytes).entries()) {
    createHash('sha256')
      .update(bytes.subarray(at, at + size))
      .digest()
      .copy(list, index * recordBytes);
    list.writeUInt32LE(size, index * recordBytes + 32);
    at += size;
  }
  return new ChunkList(list);
}

/** Names without content, with the given sizes: for what does not look at bytes. */
export function listOfSizes(sizes: readonly number[], seed = 0): ChunkList {
  const records = sizes.map((size, index) => {
    const record = Buffer.alloc(recordBytes);
    createHash('sha256')
      .update(`${String(seed)} ${String(index)}`)
      .digest()
      .copy(record);
    record.writeUInt32LE(size, 32);
    return record;
  });
  return new ChunkList(Buffer.concat(records));
}
