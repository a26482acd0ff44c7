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
import type { WireRequest } from './wire.js';

/** Bytes to send, as often as it takes. */
export interface Payload {
  /** Bytes. */
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface HttpRequest<Wire extends WireRequest = WireRequest> {
  readonly wire: Wire;
  readonly payload?: Payload | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes of the body that went out. */
  readonly onSent?: ((count: number) => void) | undefined;
}

export interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface BulkPart extends PlainBody {
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface HttpClientOptions<Wire extends WireRequest> {
  readonly origin: URL;
  readonly patience: Patience;
  readonly limit?: RateLimit | undefined;
  /** The headers that a request is sent with: signed, or with a token. Asked anew for each try. */
  readonly headersFor: (wire: Wire) => Promise<Record<string, string>>;
  /** What an answer that is no success means. */
  readonly failureOf: (status: number, headers: IncomingHttpHeaders, text: string) => Error;
  /** Throws where an answer that looks like a success is none of such a server. */
  readonly check?: (headers: IncomingHttpHeaders) => void;
}

/** A page of a thousand names of the longest kind is a tenth of it. */
const longestAnswer = 16 * 1024 * 1024;

/** Sends requests to one server, and tells good answers from bad ones. Rejects with the failures of failure.ts. */
export class HttpClient<Wire extends WireRequest = WireRequest> {
  readonly #options: HttpClientOptions<Wire>;
  readonly #connection: Connection;
  #hasAnswered = false;

  constructor(options: HttpClientOptions<Wire>) {
    this.#options = options;
    this.#connection = openConnection(options.origin, options.patience.idle, options.limit);
  }

  /** One request to its whole answer, tried again while that may help; rejects with AnswerFailure or TransportFailure. */
  send(request: HttpRequest<Wire>): Promise<Answer> {
    return insist(this.#options.patience, request.signal, () => this.ask(request));
  }

  /** One try, to the whole of a good answer. */
  async ask(request: HttpRequest<Wire>): Promise<Answer> {
    const answer = await this.attempt(request);
    return { headers: answer.headers, text: await wholeText(answer) };
  }

  /** One try, to the head of a good answer. */
  async attempt({ wire, payload, signal, onSent }: HttpRequest<Wire>): Promise<IncomingMessage> {
    refuseCancelled(signal);
    const headers = await this.#options.headersFor(wire);
    const outgoing = { request: wire, headers, body: payload?.open(), signal, onSent };
    const answer = await exchange(this.#connection, outgoing).catch((error: unknown) => {
      throw error instanceof SourceFailure ? error : this.#broken(error);
    });
    this.#hasAnswered = true;
    const status = answer.statusCode ?? 0;
    if (status < 200 || status >= 300) throw await this.#failure(status, answer);
    this.#options.check?.(answer.headers);
    return answer;
  }

  /**
   * One try at many bytes of a blob, those of the range that the request names, over a connection of its own; undefined for an answer that
   * `attempt` should be asked for.
   */
  async attemptBulk({ wire, signal }: HttpRequest<Wire>, asked: AskedRange): Promise<BulkPart | undefined> {
    refuseCancelled(signal);
    const { origin, idle } = this.#connection;
    const parts = { origin, request: wire, headers: await this.#options.headersFor(wire), signal };
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

  async #failure(status: number, answer: IncomingMessage): Promise<Error> {
    const text = await wholeText(answer).catch((error: unknown) => {
      // What is not there is told by its text alone; of other answers the status is enough to go on.
      if (status === 404) throw error;
      return '';
    });
    return this.#options.failureOf(status, answer.headers, text);
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
