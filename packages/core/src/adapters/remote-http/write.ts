import { hashInName, smallBytes, wholeSource } from '../../remote/index.js';
import type { BlobSource, TransferOptions } from '../../remote/index.js';
import { AnswerFailure, backOff, isPassing, Progress, TransportFailure } from '../http-client/index.js';
import type { Answer, Payload } from '../http-client/index.js';
import { blobPath, uploadPath } from './store-client.js';
import type { StoreClient, StoreRequest } from './store-client.js';

/** The server has not what this side thinks, or other bytes than these: then all is sent anew. */
const elsewhere = 409;
const otherBytes = 422;

/**
 * Writes a blob. The server shows it when all of it is there, and, where its name tells its hash, when that is right. What an
 * interrupted write of such a name brought is not sent again.
 */
export async function writeBlob(
  client: StoreClient,
  name: string,
  source: BlobSource,
  options: TransferOptions,
): Promise<void> {
  const progress = new Progress(options.onBytes);
  const canResume = source.size > smallBytes && hashInName(name) !== undefined;
  let isAfresh = !canResume;
  let there = 0;
  for (let failures = 0; ; failures += 1) {
    try {
      const from = isAfresh ? 0 : await offsetOf(client, name, source.size, options);
      // What came through renews the patience.
      if (from > there) failures = 0;
      there = from;
      await sendFrom(client, { name, source, from }, progress, options);
      return;
    } catch (error) {
      const isOurs = error instanceof AnswerFailure && [elsewhere, otherBytes].includes(error.status);
      if (failures >= client.patience.retries || !(isOurs || isPassing(error))) throw error;
      if (isOurs) isAfresh = true;
      await backOff(client.patience, failures, options.signal);
    }
  }
}

/** How much of it the server has, bytes. */
async function offsetOf(
  client: StoreClient,
  name: string,
  size: number,
  { signal }: TransferOptions,
): Promise<number> {
  const query = { size: String(size) };
  const { headers } = await client.ask({ method: 'HEAD', path: uploadPath(name), query, signal });
  const offset = offsetIn(headers);
  if (offset === undefined || offset > size) throw new TransportFailure('an answer without an offset', true);
  return offset;
}

function offsetIn(headers: Answer['headers']): number | undefined {
  const offset = headers['upload-offset'];
  return typeof offset === 'string' && /^\d{1,15}$/.test(offset) ? Number(offset) : undefined;
}

interface Piece {
  readonly name: string;
  readonly source: BlobSource;
  /** Bytes that are there. */
  readonly from: number;
}

async function sendFrom(
  client: StoreClient,
  { name, source, from }: Piece,
  progress: Progress,
  { signal }: TransferOptions,
): Promise<void> {
  // All of it is there, and was not stored: with its last byte it is.
  const start = Math.min(from, Math.max(source.size - 1, 0));
  const { size } = source;
  progress.restart();
  progress.add(start);
  const request: StoreRequest = {
    method: 'PUT',
    path: blobPath(name),
    headers:
      start === 0 ? {} : { 'content-range': `bytes ${String(start)}-${String(size - 1)}/${String(size)}` },
    payload: payloadFrom(source, name, start),
    signal,
    onSent: (count) => {
      progress.add(count);
    },
  };
  const { headers } = await client.ask(request);
  if (offsetIn(headers) !== size)
    throw new TransportFailure('an answer that does not say that all came', true);
}

function payloadFrom(source: BlobSource, name: string, start: number): Payload {
  const size = source.size - start;
  const rest = { size, read: (from: number, to: number) => source.read(start + from, start + to) };
  return { size, open: () => heldBack(wholeSource(rest, name)) };
}

/** The last piece comes when the source has ended well: one that gives more than it promised must not be taken for whole before that. */
async function* heldBack(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let held: Uint8Array | undefined;
  for await (const part of stream) {
    if (held !== undefined) yield held;
    held = part;
  }
  if (held !== undefined) yield held;
}
