import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import { sealHeader } from '@nx-ml/core/cache';
import { fromHex } from '@nx-ml/core/kernel';

import { sendPiece, sendPieces } from '../http/send-pieces.js';
import type { Entry, LargeEntry } from './cache-entries.js';

/** The head of an answer with an entry. */
export function headersOf({ seal, statement }: Entry): Record<string, string | number> {
  return {
    'content-type': 'application/octet-stream',
    'content-length': statement.size,
    [sealHeader]: seal,
  };
}

/**
 * Sends the bytes of a large entry, in constant memory. Bytes that were never hashed are hashed on their way, and the last of them held
 * back until they proved right: what is wrong never arrives whole. The connection is broken off instead, for its head has gone already.
 */
export async function sendLarge(response: ServerResponse, entry: LargeEntry): Promise<void> {
  try {
    await (entry.isVerified
      ? sendPieces(response, entry.blob.pieces(0, entry.statement.size))
      : sendHashed(response, entry));
    response.end();
  } finally {
    await entry.blob.close();
  }
}

async function sendHashed(response: ServerResponse, entry: LargeEntry): Promise<void> {
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  for await (const piece of entry.blob.pieces(0, entry.statement.size)) {
    if (held !== undefined) await sendPiece(response, held);
    hash.update(piece);
    held = piece;
  }
  if (fromHex(hash.digest('hex')) !== entry.statement.digest) {
    entry.damaged();
    throw new Error('The entry is not what was signed');
  }
  entry.verified();
  if (held !== undefined) await sendPiece(response, held);
}
