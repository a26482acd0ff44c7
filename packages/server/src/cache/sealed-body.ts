import type { KeyObject } from 'node:crypto';

import { maxSealLength, sealEntry } from '@nx-ml/core/cache';
import type { EntryStatement } from '@nx-ml/core/cache';
import type { BlobSource } from '@nx-ml/core/remote';

import type { RequestBody } from '../http/request-body.js';

/** Bytes behind the body of an entry: its seal, padded with spaces, and a line feed. */
export const sealBytes = maxSealLength;

export interface Sealing {
  readonly statement: Omit<EntryStatement, 'digest'>;
  readonly privateKey: KeyObject;
}

/**
 * What is stored of a body: its bytes as they come, once, and behind them the seal. One write makes both, so an entry without a
 * seal is never there, not even for a moment.
 */
export function sealedBody(body: RequestBody, { statement, privateKey }: Sealing): BlobSource {
  return {
    size: statement.size + sealBytes,
    async *read() {
      yield* body.blocks();
      yield encodeTrailer(sealEntry({ ...statement, digest: await body.digest() }, privateKey));
    },
  };
}

export function encodeTrailer(seal: string): Buffer {
  if (seal.length >= sealBytes) throw new RangeError(`a seal of ${String(seal.length)} characters`);
  return Buffer.from(`${seal.padEnd(sealBytes - 1)}\n`, 'latin1');
}

/** The seal in the last bytes of an entry, whatever they are; whoever opens it finds out whether it is one. */
export function decodeTrailer(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').replace(/ *\n$/, '');
}
