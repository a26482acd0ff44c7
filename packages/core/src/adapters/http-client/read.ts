import type { IncomingMessage } from 'node:http';

import { MlError } from '../../kernel/index.js';
import { refuseCancelled } from '../../remote/index.js';
import type { BlobRange, TransferOptions } from '../../remote/index.js';
import type { AskedRange } from './bulk-head.js';
import type { BulkPart } from './client.js';
import { AnswerFailure, isPassing } from './failure.js';
import { backOff, insist } from './patience.js';
import type { Patience } from './patience.js';
import { askPiece } from './piece.js';
import type { Version } from './piece.js';
import type { RateLimit } from './rate-limit.js';

export interface RangeRequest {
  readonly name: string;
  /** `range`, and `if-match` where another version would not do. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** A server that gives parts of named blobs, each of some version. */
export interface RangeServer {
  /** For messages. */
  readonly place: string;
  readonly patience: Patience;
  readonly limit: RateLimit | undefined;
  /** One try, to the head of a good answer. */
  get(request: RangeRequest): Promise<IncomingMessage>;
  /** One try over a connection of its own; undefined where `get` should be asked. */
  getBulk(request: RangeRequest, asked: AskedRange): Promise<BulkPart | undefined>;
  /** Tells what goes wrong in it in the words of the port. */
  telling<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T>;
}

/** So much comes with the first request; a blob of no more needs no second one. */
const firstBytes = 1024 * 1024;

/**
 * Its first piece is fetched at once, to know whether there is anything and which version of it; the rest comes when
 * it is asked for, so that a stream nobody reads holds no connection.
 */
export async function readBlob(
  server: RangeServer,
  name: string,
  { start, end }: BlobRange,
  options: TransferOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const first = { start, end: Math.min(end, start + firstBytes) };
  const piece = await insist(server.patience, options.signal, () => firstPiece(server, name, first, options));
  const rest = { start: start + piece.bytes.length, end: Math.min(end, piece.version.size) };
  return stream(server, { ...piece, rest }, options);
}

interface FirstPiece {
  readonly version: Version;
  readonly bytes: Buffer;
}

async function firstPiece(
  server: RangeServer,
  name: string,
  range: BlobRange,
  { signal }: TransferOptions,
): Promise<FirstPiece> {
  try {
    const { version, bytes } = await askPiece(server, { name, ...range, signal });
    const parts: Uint8Array[] = [];
    for await (const part of bytes) parts.push(part);
    return { version, bytes: Buffer.concat(parts) };
  } catch (error) {
    // Beyond the end there is nothing to read, and of an empty blob everything is.
    if (!(error instanceof AnswerFailure) || error.status !== 416) throw error;
    return { version: { name, etag: undefined, size: 0 }, bytes: Buffer.alloc(0) };
  }
}

/** A download that breaks goes on from where it broke. Whatever came counts as progress and renews the patience. */
async function* stream(
  server: RangeServer,
  { version, bytes, rest }: FirstPiece & { readonly rest: BlobRange },
  options: TransferOptions,
): AsyncIterable<Uint8Array> {
  if (bytes.length > 0) yield* passing(server, bytes, options);
  let { start } = rest;
  let failures = 0;
  while (start < rest.end) {
    try {
      const { name, etag } = version;
      const piece = await askPiece(server, { name, etag, start, end: rest.end, signal: options.signal });
      for await (const part of piece.bytes) {
        yield* passing(server, part, options);
        start += part.length;
        failures = 0;
      }
    } catch (error) {
      await recover(server, version, options, { error, failures });
      failures += 1;
    }
  }
}

async function* passing(
  server: RangeServer,
  bytes: Uint8Array,
  { signal, onBytes }: TransferOptions,
): AsyncIterable<Uint8Array> {
  await server.limit?.pass(bytes.length, signal);
  refuseCancelled(signal);
  yield bytes;
  onBytes?.(bytes.length);
}

/** Waits for the next try, or tells why there is none. */
async function recover(
  server: RangeServer,
  { name, etag }: Version,
  { signal }: TransferOptions,
  { error, failures }: { readonly error: unknown; readonly failures: number },
): Promise<void> {
  if (error instanceof AnswerFailure && (error.status === 412 || error.status === 404))
    throw changed(server.place, name);
  // Without a mark of the version nobody could tell whether the rest belongs to what came before.
  const isHopeless = etag === undefined || !isPassing(error) || failures >= server.patience.retries;
  await server.telling(signal, async () => {
    if (isHopeless) throw error;
    await backOff(server.patience, failures, signal);
  });
}

function changed(place: string, name: string): MlError {
  return new MlError('ERR_ML_REMOTE_UNAVAILABLE', {
    message: `${place}: ${name} was replaced or removed while it was read`,
    fix: 'Start again.',
  });
}
