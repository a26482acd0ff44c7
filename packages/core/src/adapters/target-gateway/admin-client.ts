import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';

import { isJsonObject, messageOf, MlError } from '../../kernel/index.js';
import { SourceFailure, transportFailure } from '../http-client/index.js';
import { askOnce } from './exchange.js';
import type { AdminAnswer } from './exchange.js';

export interface GatewayAddress {
  /** Of the admin listener, without a path behind it. */
  readonly url: string;
  readonly token: string;
}

export interface AdminRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'HEAD';
  /** Below `/admin/v1/`, each part encoded. */
  readonly path: string;
  readonly json?: unknown;
  /** Absolute path of a file that is sent as it is. */
  readonly file?: string;
  readonly ifMatch?: string;
  /** Milliseconds. */
  readonly within?: number;
  readonly signal?: AbortSignal | undefined;
}

const WITHIN = 10_000;

/** Requests to the admin API of a gateway. Nothing is tried again that may have had an effect: whoever asks knows whether that makes sense. */
export class AdminClient {
  /** Of the gateway's process, as its last answer had it: a request that was overheard is worth nothing in another one. */
  #life = '';

  constructor(private readonly address: GatewayAddress) {}

  /**
   * @param allowed statuses that are answers; others are failures
   * @throws MlError ERR_ML_DEPLOY_TARGET where it cannot be reached, or refuses
   */
  async ask(request: AdminRequest, allowed: readonly number[] = [200]): Promise<AdminAnswer> {
    const life = this.#life;
    let answer = await this.#answer(request);
    // It was started since: what names an earlier life was looked at no further.
    if (answer.status === 409 && this.#life !== life) answer = await this.#answer(request);
    if (allowed.includes(answer.status)) return answer;
    throw this.#refused(answer);
  }

  async #answer(request: AdminRequest): Promise<AdminAnswer> {
    const { within = WITHIN, signal: cancelled, method, path, json, file } = request;
    const timeout = AbortSignal.timeout(within);
    const signal = cancelled === undefined ? timeout : AbortSignal.any([timeout, cancelled]);
    try {
      const text = json === undefined ? undefined : JSON.stringify(json);
      const headers = await this.#headers(request, text);
      const asking = { method, path: `/admin/v1/${path}`, headers, text, file, signal };
      const answer = await askOnce(new URL(this.address.url), asking);
      const life = answer.headers['x-ml-life'];
      if (typeof life === 'string') this.#life = life;
      return answer;
    } catch (cause) {
      const why = timeout.aborted
        ? `gave no answer within ${String(within / 1000)} s`
        : `cannot be reached: ${reasonIn(cause)}`;
      throw new MlError('ERR_ML_DEPLOY_TARGET', {
        message: `The gateway at ${this.address.url} ${why}`,
        fix: 'Look whether it runs, and whether the address in ml.yaml is that of its admin listener.',
        cause,
      });
    }
  }

  async #headers({ file, ifMatch }: AdminRequest, text: string | undefined): Promise<Record<string, string>> {
    return {
      authorization: `Bearer ${this.address.token}`,
      // Each request is answered once: one that was overheard is worth nothing.
      'x-ml-request': randomBytes(16).toString('hex'),
      'x-ml-life': this.#life,
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      ...(file === undefined
        ? {}
        : {
            'content-type': 'application/octet-stream',
            'content-length': String((await stat(file)).size),
          }),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
    };
  }

  /** With what the gateway says, and what it says to do about it. */
  #refused({ status, body }: AdminAnswer): MlError {
    const who = `The gateway at ${this.address.url}`;
    if (status === 401 || status === 403)
      return new MlError('ERR_ML_DEPLOY_TARGET', {
        message: `${who} refuses the admin token`,
        fix: 'Give the token that the gateway printed when it was set up, in the variable that ml.yaml names.',
      });
    const [error, fix] = [textIn(body, 'error'), textIn(body, 'fix')];
    return new MlError('ERR_ML_DEPLOY_TARGET', {
      message: `${who} answers ${String(status)}${error === undefined ? '' : `: ${error}`}`,
      fix: status < 500 && fix !== undefined ? fix : 'Look at the log of the gateway.',
    });
  }
}

/** An error of the network may have a code and no words. */
function reasonIn(error: unknown): string {
  if (error instanceof SourceFailure) return `its bytes cannot be read here: ${messageOf(error.source)}`;
  return messageOf(error) === '' ? transportFailure(error).message : messageOf(error);
}

/** Of a stranger, maybe: short, and without anything that a terminal obeys. */
function textIn(body: unknown, key: string): string | undefined {
  const text = isJsonObject(body) ? body[key] : undefined;
  return typeof text === 'string' && text !== '' ? text.slice(0, 300).replace(/\p{Cc}/gu, ' ') : undefined;
}
