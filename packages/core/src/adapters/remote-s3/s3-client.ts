import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { refuseCancelled } from '../../remote/index.js';
import { AnswerFailure, HttpClient } from '../http-client/index.js';
import type {
  Answer,
  HttpRequest,
  Patience,
  Payload as PlainPayload,
  RangeRequest,
  RangeServer,
  RateLimit,
} from '../http-client/index.js';
import { actions } from './actions.js';
import { refusal } from './refusal.js';
import type { Action } from './refusal.js';
import type { S3Settings } from './settings.js';
import type { Sign, SignedRequest } from './sign.js';
import { textOf } from './xml.js';

/** Bytes to send, as often as it takes. */
export interface Payload extends PlainPayload {
  /** Hex. */
  readonly sha256: string;
}

export interface S3Request {
  readonly method: SignedRequest['method'];
  /** Without it the bucket itself is asked. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: Payload;
  readonly signal?: AbortSignal | undefined;
  readonly onSent?: ((count: number) => void) | undefined;
}

export interface S3ClientOptions {
  readonly settings: S3Settings;
  readonly sign: Sign;
  readonly patience: Patience;
  readonly limit?: RateLimit | undefined;
}

type Bulk = ReturnType<RangeServer['getBulk']>;

const empty = createHash('sha256').digest('hex');

/** Signs requests, sends them, and tells good answers from bad ones. */
export class S3Client implements RangeServer {
  readonly settings: S3Settings;
  readonly patience: Patience;
  readonly limit: RateLimit | undefined;
  readonly #http: HttpClient<SignedRequest>;

  constructor({ settings, sign, patience, limit }: S3ClientOptions) {
    this.settings = settings;
    this.patience = patience;
    this.limit = limit;
    const failureOf = answerFailure;
    this.#http = new HttpClient({ origin: settings.origin, patience, limit, headersFor: sign, failureOf });
  }

  get place(): string {
    return this.settings.place;
  }

  /** One request to its whole answer, tried again while that may help; rejects with AnswerFailure or TransportFailure. */
  send(request: S3Request): Promise<Answer> {
    return this.#http.send(this.#wire(request));
  }

  /** One try, to the whole of a good answer. */
  ask(request: S3Request): Promise<Answer> {
    return this.#http.ask(this.#wire(request));
  }

  get(request: RangeRequest): Promise<IncomingMessage> {
    return this.#http.attempt(this.#wire({ method: 'GET', ...request }));
  }

  getBulk(request: RangeRequest, asked: Parameters<RangeServer['getBulk']>[1]): Bulk {
    return this.#http.attemptBulk(this.#wire({ method: 'GET', ...request }), asked);
  }

  telling<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    return this.tellingOf(actions.read, signal, run);
  }

  /** Runs what sends requests, and tells what went wrong in the words of the port. */
  async tellingOf<T>(action: Action, signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      refuseCancelled(signal);
      throw refusal(this.settings, action, error);
    }
  }

  #wire({ method, name, query, headers, payload, signal, onSent }: S3Request): HttpRequest<SignedRequest> {
    const length = payload?.size ?? 0;
    const sized = method === 'PUT' || method === 'POST' ? { 'content-length': String(length) } : {};
    const wire = {
      method,
      path: name === undefined ? this.#bucketPath() : this.#keyPath(name),
      query: query ?? {},
      headers: { ...headers, ...sized },
      payload: payload?.sha256 ?? empty,
    };
    return { wire, payload, signal, onSent };
  }

  #bucketPath(): string {
    return this.settings.root === '/' ? '/' : this.settings.root.slice(0, -1);
  }

  #keyPath(name: string): string {
    const key = `${this.settings.keyPrefix}${name}`;
    return `${this.settings.root}${key.split('/').map(encodeURIComponent).join('/')}`;
  }
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
