import { createHash } from 'node:crypto';

import { wholeSource } from '../../remote/index.js';
import type { BlobSource } from '../../remote/index.js';
import { SourceFailure } from '../http-client/index.js';
import type { Payload } from './s3-client.js';

/** Bytes at hand. */
export function bytesPayload(bytes: Uint8Array): Payload {
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    // eslint-disable-next-line @typescript-eslint/require-await -- a body is read asynchronously, and these bytes are here
    async *open() {
      yield bytes;
    },
  };
}

/**
 * A source, or one part of it. Its hash must be known before the first byte goes out, since it is signed: it is read
 * once more for it, from the system's cache, unless the name tells it already.
 */
export async function sourcePayload(source: BlobSource, name: string, known?: string): Promise<Payload> {
  const open = (): AsyncIterable<Uint8Array> => wholeSource(source, name);
  return { size: source.size, sha256: known ?? (await hashOf(open(), 'sha256')), open };
}

/** The bytes `[start, end)` of a source as one of its own. */
export function sliceOf(source: BlobSource, start: number, end: number): BlobSource {
  return { size: end - start, read: (from, to) => source.read(start + from, start + to) };
}

/** Hex. Rejects with SourceFailure when the source does. */
export async function hashOf(bytes: AsyncIterable<Uint8Array>, algorithm: 'sha256' | 'md5'): Promise<string> {
  const hash = createHash(algorithm);
  try {
    for await (const part of bytes) hash.update(part);
  } catch (error) {
    throw new SourceFailure(error);
  }
  return hash.digest('hex');
}
