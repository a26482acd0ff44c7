import { MlError } from '../../kernel/index.js';
import { refuseCancelled } from '../../remote/index.js';
import type { BlobRange, TransferOptions } from '../../remote/index.js';
import { actions } from './actions.js';
import { AnswerFailure, isPassing } from './failure.js';
import { backOff, insist } from './patience.js';
import { askPiece } from './piece.js';
import type { Version } from './piece.js';
import type { S3Client } from './s3-client.js';

/** So much comes with the first request; a blob of no more needs no second one. */
const firstBytes = 1024 * 1024;

/**
 * Its first piece is fetched at once, to know whether there is anything and which version of it; the rest comes when
 * it is asked for, so that a stream nobody reads holds no connection.
 */
export async function readBlob(
  client: S3Client,
  name: string,
  { start, end }: BlobRange,
  options: TransferOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const first = { start, end: Math.min(end, start + firstBytes) };
  const piece = await insist(client.patience, options.signal, () => firstPiece(client, name, first, options));
  const rest = { start: start + piece.bytes.length, end: Math.min(end, piece.version.size) };
  return stream(client, { ...piece, rest }, options);
}

interface FirstPiece {
  readonly version: Version;
  readonly bytes: Buffer;
}

async function firstPiece(
  client: S3Client,
  name: string,
  range: BlobRange,
  { signal }: TransferOptions,
): Promise<FirstPiece> {
  try {
    const { version, bytes } = await askPiece(client, { name, ...range, signal });
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
  client: S3Client,
  { version, bytes, rest }: FirstPiece & { readonly rest: BlobRange },
  options: TransferOptions,
): AsyncIterable<Uint8Array> {
  if (bytes.length > 0) yield* passing(client, bytes, options);
  let { start } = rest;
  let failures = 0;
  while (start < rest.end) {
    try {
      const { name, etag } = version;
      const piece = await askPiece(client, { name, etag, start, end: rest.end, signal: options.signal });
      for await (const part of piece.bytes) {
        yield* passing(client, part, options);
        start += part.length;
        failures = 0;
      }
    } catch (error) {
      await recover(client, version, options, { error, failures });
      failures += 1;
    }
  }
}

async function* passing(
  client: S3Client,
  bytes: Uint8Array,
  { signal, onBytes }: TransferOptions,
): AsyncIterable<Uint8Array> {
  await client.limit?.pass(bytes.length, signal);
  refuseCancelled(signal);
  yield bytes;
  onBytes?.(bytes.length);
}

/** Waits for the next try, or tells why there is none. */
async function recover(
  client: S3Client,
  { name, etag }: Version,
  { signal }: TransferOptions,
  { error, failures }: { readonly error: unknown; readonly failures: number },
): Promise<void> {
  if (error instanceof AnswerFailure && (error.status === 412 || error.status === 404))
    throw changed(client, name);
  // Without a mark of the version nobody could tell whether the rest belongs to what came before.
  const isHopeless = etag === undefined || !isPassing(error) || failures >= client.patience.retries;
  await client.telling(actions.read, signal, async () => {
    if (isHopeless) throw error;
    await backOff(client.patience, failures, signal);
  });
}

function changed({ settings }: S3Client, name: string): MlError {
  return new MlError('ERR_ML_REMOTE_UNAVAILABLE', {
    message: `${settings.place}: ${name} was replaced or removed while it was read`,
    fix: 'Start again.',
  });
}
