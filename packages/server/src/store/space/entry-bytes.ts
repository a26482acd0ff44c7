import { collect } from '@nx-ml/core/remote';
import type { OpenBlob } from '@nx-ml/core/remote';
import { maxJournalEntryBytes } from '@nx-ml/core/store';

/** The bytes of a journal's entry, which is closed then. Empty where they are more than any entry has. */
export async function entryBytes(blob: OpenBlob): Promise<Buffer> {
  try {
    const copies = copied(blob.pieces(0, Math.min(blob.size, maxJournalEntryBytes + 1)));
    return (await collect(copies, maxJournalEntryBytes)) ?? Buffer.alloc(0);
  } finally {
    await blob.close();
  }
}

/** Pieces are memory that is used again. */
async function* copied(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
