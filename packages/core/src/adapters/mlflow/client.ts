import { isJsonObject, parseJson } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { refuseCancelled } from '../../remote/index.js';
import { AnswerFailure, insist, transportFailure, TransportFailure } from '../http-client/index.js';
import type { Patience } from '../http-client/index.js';
import { refusal } from './refusal.js';

export interface MlflowClientOptions {
  readonly base: string;
  /** The value of the header `authorization`; undefined for a server that asks for none. */
  readonly authorization: string | undefined;
  readonly fetch: typeof fetch;
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
}

/** An answer that is no success, with the server's word for it. */
export class MlflowFailure extends AnswerFailure {
  constructor(
    status: number,
    code: string,
    /** What it says, short and printable. */
    readonly said: string,
  ) {
    super(status, code);
  }
}

/** Bytes: a page of versions with long descriptions is a tenth of it. */
const longestAnswer = 16 * 1024 * 1024;

/** Requests to one server, each tried once; `insisting` is what tries again, from a point where that does no harm. */
export class MlflowClient {
  readonly #options: MlflowClientOptions;
  #hasAnswered = false;

  constructor(options: MlflowClientOptions) {
    this.#options = options;
  }

  /** Without a path. */
  get place(): string {
    return new URL(this.#options.base).host;
  }

  /**
   * Runs what looks before it writes, again while that may help.
   *
   * @throws MlError ERR_ML_CATALOGUE_REFUSED, ERR_ML_CATALOGUE_UNAVAILABLE
   */
  async insisting<T>(action: string, run: () => Promise<T>): Promise<T> {
    const { patience, signal } = this.#options;
    try {
      return await insist(patience, signal, run);
    } catch (error) {
      refuseCancelled(signal);
      throw refusal(this.place, action, error);
    }
  }

  /** undefined for what is not there. */
  async find(path: string, query: Readonly<Record<string, string>>): Promise<JsonObject | undefined> {
    try {
      return await this.#ask('GET', `${path}?${new URLSearchParams(query).toString()}`);
    } catch (error) {
      if (error instanceof AnswerFailure && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
      throw error;
    }
  }

  post(path: string, body: JsonObject): Promise<JsonObject> {
    return this.#ask('POST', path, body);
  }

  async #ask(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
    const { status, text } = await this.#exchange(method, path, body);
    const value = parseJson(text);
    if (status !== 200) throw this.#failure(status, value);
    if (!isJsonObject(value)) throw new TransportFailure('what answers there is no MLflow API', true);
    return value;
  }

  async #exchange(
    method: string,
    path: string,
    body?: JsonObject,
  ): Promise<{ status: number; text: string }> {
    const { base, fetch: ask, patience, signal } = this.#options;
    const timeout = AbortSignal.timeout(patience.idle);
    try {
      const response = await ask(`${base}/api/2.0/mlflow/${path}`, {
        method,
        // A token must not follow to where an answer points.
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        headers: this.#headers(body),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await textOf(response);
      this.#hasAnswered = true;
      return { status: response.status, text };
    } catch (error) {
      throw this.#broken(error);
    }
  }

  #headers(body: JsonObject | undefined): Record<string, string> {
    const { authorization } = this.#options;
    return {
      accept: 'application/json',
      'user-agent': 'nx-ml',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization === undefined ? {} : { authorization }),
    };
  }

  /** A server that was never there is a wrong address rather than a passing trouble. */
  #broken(error: unknown): TransportFailure {
    const failure = transportFailure(error instanceof Error && 'cause' in error ? error.cause : error);
    const isWrong = failure.message === 'ECONNREFUSED' && !this.#hasAnswered;
    return isWrong ? new TransportFailure(failure.message, true) : failure;
  }

  #failure(status: number, value: unknown): MlflowFailure {
    const { error_code: code, message } = isJsonObject(value) ? value : {};
    const known = typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code : '';
    return new MlflowFailure(status, known, typeof message === 'string' ? this.#told(message) : '');
  }

  /** What a server says may repeat what it was sent. */
  #told(message: string): string {
    const secret = this.#options.authorization?.split(' ').at(-1);
    const isSafe = secret === undefined || !message.includes(secret);
    return isSafe ? message.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200) : '';
  }
}

/** What is endless is no answer. */
async function textOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    const read = piece as Uint8Array;
    bytes += read.length;
    if (bytes > longestAnswer) throw new TransportFailure('an answer that does not end', true);
    pieces.push(read);
  }
  return Buffer.concat(pieces).toString('utf8');
}
