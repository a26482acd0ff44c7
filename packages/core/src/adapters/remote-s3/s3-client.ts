import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { refuseCancelled } from '../../remote/index.js';
import { BulkAnswer } from './bulk-body.js';
import { connectBulk } from './bulk-connect.js';
import type { AskedRange, PlainBody } from './bulk-head.js';
import { exchange, openConnection } from './exchange.js';
import type { Connection } from './exchange.js';
import { AnswerFailure, SourceFailure, TransportFailure, transportFailure } from './failure.js';
import { insist } from './patience.js';
import type { Patience } from './patience.js';
import type { RateLimit } from './rate-limit.js';
import { refusal } from './refusal.js';
import type { Action } from './refusal.js';
import type { S3Settings } from './settings.js';
import type { Sign, WireRequest } from './sign.js';
import { textOf } from './xml.js';

/** Bytes to send, as often as it takes. */
export interface Payload {
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  open(): AsyncIterable<Uint8Array>;
}

export interface S3Request {
  readonly action: Action;
  readonly method: WireRequest['method'];
  /** Without it the bucket itself is asked. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: Payload;
  readonly signal?: AbortSignal | undefined;
  readonly onSent?: ((count: number) => void) | undefined;
}

export interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface BulkPart extends PlainBody {
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface S3ClientOptions {
  readonly settings: S3Settings;
  readonly sign: Sign;
  readonly patience: Patience;
  readonly limit?: RateLimit | undefined;
}

const empty = createHash('sha256').digest('hex');
/** A page of a thousand keys of the longest kind is a tenth of it. */
const longestAnswer = 16 * 1024 * 1024;

/** Signs requests, sends them, and tells good answers from bad ones. */
export class S3Client {
  readonly settings: S3Settings;
  readonly patience: Patience;
  readonly limit: RateLimit | undefined;
  readonly #sign: Sign;
  readonly #connection: Connection;
  #hasAnswered = false;

  constructor({ settings, sign, patience, limit }: S3ClientOptions) {
    this.settings = settings;
    this.patience = patience;
    this.limit = limit;
    this.#sign = sign;
    this.#connection = openConnection(settings.origin, patience.idle, limit);
  }

  /** One request to its whole answer, tried again while that may help; rejects with AnswerFailure or TransportFailure. */
  send(request: S3Request): Promise<Answer> {
    return insist(this.patience, request.signal, () => this.ask(request));
  }

  /** One try, to the whole of a good answer. */
  async ask(request: S3Request): Promise<Answer> {
    const answer = await this.attempt(request);
    return { headers: answer.headers, text: await wholeText(answer) };
  }

  /** One try, to the head of a good answer. */
  async attempt(request: S3Request): Promise<IncomingMessage> {
    refuseCancelled(request.signal);
    const wire = this.#wire(request);
    const answer = await exchange(this.#connection, {
      request: wire,
      headers: await this.#sign(wire),
      body: request.payload?.open(),
      signal: request.signal,
      onSent: request.onSent,
    }).catch((error: unknown) => {
      throw error instanceof SourceFailure ? error : this.#broken(error);
    });
    this.#hasAnswered = true;
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    const text = await wholeText(answer).catch((error: unknown) => {
      // What is not there is told by its text alone; of other answers the status is enough to go on.
      if (status === 404) throw error;
      return '';
    });
    throw answerFailure(status, answer.headers, text);
  }

  /**
   * One try at many bytes of a blob, those of the range that the request names, over a connection of its own; undefined for an answer that
   * `attempt` should be asked for.
   */
  async attemptBulk(request: S3Request, asked: AskedRange): Promise<BulkPart | undefined> {
    refuseCancelled(request.signal);
    const { origin, idle } = this.#connection;
    const wire = this.#wire(request);
    const parts = { origin, request: wire, headers: await this.#sign(wire), signal: request.signal };
    const answer = new BulkAnswer((onread) => connectBulk(parts, onread), { asked, idle });
    const head = await answer.head.catch((error: unknown) => {
      throw this.#broken(error);
    });
    this.#hasAnswered = true;
    if (head?.body !== undefined) return { ...head.body, bytes: answer.bytes() };
    // Of these the status tells all.
    if (head !== undefined && (head.status === 404 || head.status === 412 || head.status >= 500))
      throw new AnswerFailure(head.status, '');
    return undefined;
  }

  /** Runs what sends requests, and tells what went wrong in the words of the port. */
  async telling<T>(action: Action, signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      refuseCancelled(signal);
      throw refusal(this.settings, action, error);
    }
  }

  #wire({ method, name, query, headers, payload }: S3Request): WireRequest {
    const length = payload?.size ?? 0;
    const sized = method === 'PUT' || method === 'POST' ? { 'content-length': String(length) } : {};
    return {
      method,
      path: name === undefined ? this.#bucketPath() : this.#keyPath(name),
      query: query ?? {},
      headers: { ...headers, ...sized },
      payload: payload?.sha256 ?? empty,
    };
  }

  #bucketPath(): string {
    return this.settings.root === '/' ? '/' : this.settings.root.slice(0, -1);
  }

  #keyPath(name: string): string {
    const key = `${this.settings.keyPrefix}${name}`;
    return `${this.settings.root}${key.split('/').map(encodeURIComponent).join('/')}`;
  }

  /** A server that was never there is a wrong address rather than a passing trouble. */
  #broken(error: unknown): TransportFailure {
    const failure = transportFailure(error);
    const isWrong = failure.message === 'ECONNREFUSED' && !this.#hasAnswered;
    return isWrong ? new TransportFailure(failure.message, true) : failure;
  }
}

async function wholeText(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > longestAnswer) throw new TransportFailure('an answer that does not end', true);
      parts.push(part);
    }
  } catch (error) {
    throw transportFailure(error);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Also for an answer of 200 whose body then tells an error, as CompleteMultipartUpload’s may. */
export function answerFailure(status: number, headers: IncomingHttpHeaders, text: string): AnswerFailure {
  const region = headers['x-amz-bucket-region'];
  return new AnswerFailure(status, codeOf(text), {
    date: headers.date,
    region: typeof region === 'string' ? region : undefined,
  });
}

/** S3's codes are words such as NoSuchKey. What has another form may be a key that the server repeats. */
const codeForm = /^(?:XAmzContentSHA256)?(?:[A-Z][a-z]{1,20}){1,8}$/;

function codeOf(text: string): string {
  try {
    const code = textOf(text, 'Code') ?? '';
    return codeForm.test(code) ? code : '';
  } catch {
    // A page of some proxy.
    return '';
  }
}
