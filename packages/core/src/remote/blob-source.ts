import type { BlobSource } from './blobs.js';

const block = 1024 * 1024;

/** Bytes at hand as a source, given in pieces of at most 1 MB. */
export function bytesSource(bytes: Uint8Array): BlobSource {
  return {
    size: bytes.length,
    // eslint-disable-next-line @typescript-eslint/require-await -- the port reads asynchronously, and these bytes are here
    async *read(start, end) {
      for (let at = start; at < end; at += block) yield bytes.subarray(at, Math.min(at + block, end));
    },
  };
}

/**
 * All of a stream that must be small.
 *
 * @returns undefined when there is more than `limit` bytes; then the rest is not read.
 */
export async function collect(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > limit) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}
