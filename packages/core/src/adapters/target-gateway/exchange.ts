import { createReadStream } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';

import { parseJson } from '../../kernel/index.js';
import { exchange } from '../http-client/index.js';
import type { WireRequest } from '../http-client/index.js';

export interface Asking {
  readonly method: WireRequest['method'];
  /** With a slash before it. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly text?: string | undefined;
  /** Absolute path of a file that is sent as it is. */
  readonly file?: string | undefined;
  /** What ends it, and nothing else does: a gateway that loads a large model may say nothing for many minutes. */
  readonly signal: AbortSignal;
}

/** An answer of the admin API that was read whole. */
export interface AdminAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** undefined where it is no JSON. */
  readonly body: unknown;
}

/** Answers are small: more than this is none of a gateway. */
const mostBytes = 8_000_000;

/** One request, over a connection of its own: one that was kept may be closed at the moment in which it is used. */
export async function askOnce(origin: URL, asking: Asking): Promise<AdminAnswer> {
  const { method, path, headers, signal } = asking;
  const agent = origin.protocol === 'https:' ? new https.Agent() : new http.Agent();
  const connection = { origin, agent, idle: 0, limit: undefined };
  const body = bodyOf(asking);
  return read(await exchange(connection, { request: { method, path }, headers, body, signal }));
}

function bodyOf({ text, file }: Asking): AsyncIterable<Uint8Array> | undefined {
  if (file !== undefined) return createReadStream(file) as AsyncIterable<Uint8Array>;
  return text === undefined ? undefined : bytesOf(text);
}

// eslint-disable-next-line @typescript-eslint/require-await -- as a body is read
async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

async function read(answer: http.IncomingMessage): Promise<AdminAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  const body = parseJson(Buffer.concat(chunks).toString('utf8'));
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
}
