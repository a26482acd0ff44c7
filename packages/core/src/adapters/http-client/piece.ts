import type { IncomingMessage } from 'node:http';

import { TransportFailure, transportFailure } from './failure.js';
import { gathered } from './gathered.js';
import type { RangeServer } from './read.js';

/** A record of TLS holds 16 kB at most; whoever hashes and writes them is spared three calls of four. */
const enough = 64 * 1024;

/** From so many bytes on a connection of its own is worth its making, and the blocks that it brings. */
const bulkBytes = 32 * 1024 * 1024;

/** One version of a blob. */
export interface Version {
  readonly name: string;
  readonly etag: string | undefined;
  /** Bytes of the whole. */
  readonly size: number;
}

export interface PieceRequest {
  readonly name: string;
  /** Bytes from `start`, before `end`, which is beyond it. */
  readonly start: number;
  readonly end: number;
  /** Only of this version: two that are mixed would be neither. */
  readonly etag?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Piece {
  readonly version: Version;
  /** As many as asked for or as there are; a TransportFailure when the connection brings fewer. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Asks once for a part of a blob, to the head of the answer. */
export async function askPiece(server: RangeServer, request: PieceRequest): Promise<Piece> {
  const { name, start, end, etag, signal } = request;
  const range = { range: `bytes=${String(start)}-${String(end - 1)}` };
  const headers = etag === undefined ? range : { ...range, 'if-match': etag };
  const asked = { name, headers, signal };
  const bulk = end - start < bulkBytes ? undefined : await server.getBulk(asked, request);
  if (bulk !== undefined) return { version: { name, etag: bulk.etag, size: bulk.size }, bytes: bulk.bytes };
  const answer = await server.get(asked);
  const size = sizeOf(answer, start);
  if (size === undefined) {
    answer.destroy();
    throw new TransportFailure('an answer that is not the range asked for', true);
  }
  const version = { name, etag: answer.headers.etag, size };
  return { version, bytes: exactly(answer, Math.max(Math.min(end, size) - start, 0)) };
}

/** Bytes of the whole blob; undefined when another range came than was asked for. */
function sizeOf({ statusCode, headers }: IncomingMessage, start: number): number | undefined {
  if (statusCode === 200 && headers['content-length'] === '0') return 0;
  const [, from, size] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15})$/.exec(headers['content-range'] ?? '') ?? [];
  return statusCode === 206 && Number(from) === start ? Number(size) : undefined;
}

async function* exactly(answer: IncomingMessage, size: number): AsyncIterable<Uint8Array> {
  let left = size;
  const parts = answer as AsyncIterable<Uint8Array>;
  for await (const part of gathered(told(parts), enough)) {
    left -= part.length;
    if (left < 0) throw new TransportFailure('more bytes than were asked for', true);
    yield part;
  }
  if (left > 0) throw new TransportFailure('the connection ended before its time');
}

async function* told(parts: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* parts;
  } catch (error) {
    throw transportFailure(error);
  }
}
