import { MlError } from '../kernel/index.js';
import type { BlobSource, TransferOptions } from './blobs.js';

/** @throws MlError ERR_ML_CANCELLED */
export function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new MlError('ERR_ML_CANCELLED', {
    message: 'The transfer was cancelled before its end',
    fix: 'Start it again: it goes on where it stopped.',
  });
}

/** A stream that stops at the signal and tells how many bytes came through. */
export async function* watched(
  stream: AsyncIterable<Uint8Array>,
  { signal, onBytes }: TransferOptions = {},
): AsyncIterable<Uint8Array> {
  refuseCancelled(signal);
  for await (const part of stream) {
    refuseCancelled(signal);
    yield part;
    onBytes?.(part.length);
  }
}

/** All bytes of a source, which must be as many as it says. @throws MlError ERR_ML_SOURCE_CHANGED */
export async function* wholeSource(source: BlobSource, name: string): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const part of source.read(0, source.size)) {
    size += part.length;
    if (size > source.size) break;
    yield part;
  }
  if (size !== source.size)
    throw new MlError('ERR_ML_SOURCE_CHANGED', {
      message: `What was to be written as ${name} has another size than the ${String(source.size)} bytes promised`,
      fix: 'Try again when nothing changes it.',
    });
}
