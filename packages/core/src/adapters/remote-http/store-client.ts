import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { refuseCancelled } from '../../remote/index.js';
import { Denied } from '../server-session/index.js';
import type { Credentials } from '../server-session/index.js';
import { AnswerFailure, HttpClient, insist, TransportFailure } from '../http-client/index.js';
import type {
  Answer,
  HttpRequest,
  Patience,
  Payload,
  RangeRequest,
  RangeServer,
  RateLimit,
  WireRequest,
} from '../http-client/index.js';
import { refusal } from './refusal.js';

/** What a server of ours says on each answer: another's page is none, and its 404 tells nothing of a blob. */
const storeHeader = 'x-nx-ml-store';

export interface StoreClientOptions {
  readonly origin: URL;
  /** What stands before the path of each request: `/v1/store`. */
  readonly root: string;
  /** For messages. */
  readonly place: string;
  readonly credentials: Credentials;
  readonly patience: Patience;
  readonly limit?: RateLimit | undefined;
}

export interface StoreRequest {
  readonly method: WireRequest['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: Payload | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onSent?: ((count: number) => void) | undefined;
}

type AskedRange = Parameters<RangeServer['getBulk']>[1];

/** Asks a server of ours, as whom it knows. */
export class StoreClient implements RangeServer {
  readonly place: string;
  readonly patience: Patience;
  readonly limit: RateLimit | undefined;
  readonly #root: string;
  readonly #credentials: Credentials;
  readonly #http: HttpClient;

  constructor({ origin, root, place, credentials, patience, limit }: StoreClientOptions) {
    this.place = place;
    this.patience = patience;
    this.limit = limit;
    this.#root = root;
    this.#credentials = credentials;
    this.#http = new HttpClient({
      origin,
      patience,
      limit,
      headersFor: ({ headers }) => Promise.resolve({ ...headers, host: origin.host }),
      failureOf,
      check: checkOurs,
    });
  }

  /** One request to its whole answer, tried again while that may help; rejects with AnswerFailure or TransportFailure. */
  send(request: StoreRequest): Promise<Answer> {
    return insist(this.patience, request.signal, () => this.ask(request));
  }

  /** One try. */
  ask(request: StoreRequest): Promise<Answer> {
    return this.#known(request, (wire) => this.#http.ask(wire));
  }

  get({ name, ...request }: RangeRequest): Promise<IncomingMessage> {
    return this.#known({ method: 'GET', path: blobPath(name), ...request }, (wire) =>
      this.#http.attempt(wire),
    );
  }

  getBulk({ name, ...request }: RangeRequest, asked: AskedRange): ReturnType<RangeServer['getBulk']> {
    const whole = { method: 'GET', path: blobPath(name), ...request } as const;
    return this.#known(whole, (wire) => this.#http.attemptBulk(wire, asked));
  }

  telling<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    return this.tellingOf('read a blob', signal, run);
  }

  /** Runs what sends requests, and tells what went wrong in the words of the port. */
  async tellingOf<T>(action: string, signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      refuseCancelled(signal);
      throw refusal(this.place, action, error, { isSession: this.#credentials.lasting === undefined });
    }
  }

  /** One try with what we are known by. Where that is over and there is another, it is one that another try may mend. */
  async #known<T>(request: StoreRequest, run: (wire: HttpRequest) => Promise<T>): Promise<T> {
    const token = await this.#token();
    try {
      return await run(this.#wire(request, token));
    } catch (error) {
      const isOver = error instanceof AnswerFailure && error.status === 401;
      throw isOver && this.#credentials.renew(token) ? new TransportFailure('the session ended') : error;
    }
  }

  async #token(): Promise<string | undefined> {
    try {
      return (await this.#credentials.grant()).token;
    } catch (error) {
      const passing = error instanceof Denied ? error.passing : undefined;
      throw passing === undefined ? error : new AnswerFailure(passing, '');
    }
  }

  #wire({ path, headers, payload, signal, onSent, ...request }: StoreRequest, token = ''): HttpRequest {
    const hasBody = request.method === 'PUT' || request.method === 'POST';
    const sized = hasBody ? { 'content-length': String(payload?.size ?? 0) } : {};
    const wire = {
      ...request,
      path: `${this.#root}${path}`,
      headers: { ...headers, ...sized, authorization: `Bearer ${token}` },
    };
    return { wire, payload, signal, onSent };
  }
}

export function blobPath(name: string): string {
  return `/blobs/${encoded(name)}`;
}

export function uploadPath(name: string): string {
  return `/uploads/${encoded(name)}`;
}

function encoded(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

function checkOurs(headers: IncomingHttpHeaders): void {
  if (headers[storeHeader] !== '1') throw notOurs();
}

/** Of what the server says in words nothing is taken: it might repeat the token. */
function failureOf(status: number, headers: IncomingHttpHeaders): Error {
  const mayPass = status >= 500 || status === 408 || status === 429;
  // Those of a gateway before a server that starts anew are another's, and pass.
  if (!mayPass && headers[storeHeader] !== '1') return notOurs(status);
  return new AnswerFailure(status, '');
}

function notOurs(status?: number): TransportFailure {
  const told = status === undefined ? '' : ` (HTTP ${String(status)})`;
  return new TransportFailure(`what answers there is no server of nx-ml${told}`, true);
}
