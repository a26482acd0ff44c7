import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';

import { messageOf, MlError } from '../../kernel/index.js';

export interface GatewayAddress {
  /** Of the admin listener, without a path behind it. */
  readonly url: string;
  readonly token: string;
}

/** An answer of the admin API that was read whole. */
export interface AdminAnswer {
  readonly status: number;
  /** undefined where it is no JSON. */
  readonly body: unknown;
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
/** Answers are small: more than this is none of a gateway. */
const MOST_BYTES = 8_000_000;

/** Requests to the admin API of a gateway. Nothing is tried again: whoever asks knows whether that makes sense. */
export class AdminClient {
  constructor(private readonly address: GatewayAddress) {}

  /**
   * @param allowed statuses that are answers; others are failures
   * @throws MlError ERR_ML_DEPLOY_TARGET where it cannot be reached, or refuses
   */
  async ask(request: AdminRequest, allowed: readonly number[] = [200]): Promise<AdminAnswer> {
    const answer = await this.#answer(request);
    if (allowed.includes(answer.status)) return answer;
    const { status } = answer;
    const why =
      status === 401 || status === 403
        ? 'refuses the admin token'
        : `answers ${String(status)}${reasonOf(answer)}`;
    const fix =
      status === 401 || status === 403
        ? 'Give the token that the gateway printed when it was set up, in the variable that ml.yaml names.'
        : 'Look at the log of the gateway.';
    throw new MlError('ERR_ML_DEPLOY_TARGET', { message: `The gateway at ${this.address.url} ${why}`, fix });
  }

  async #answer(request: AdminRequest): Promise<AdminAnswer> {
    const { within = WITHIN, signal, method, path } = request;
    const timeout = AbortSignal.timeout(within);
    try {
      const response = await fetch(new URL(`/admin/v1/${path}`, this.address.url), {
        method,
        headers: await this.#headers(request),
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        redirect: 'error',
        ...bodyOf(request),
      });
      return { status: response.status, body: await jsonOf(response) };
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

  async #headers({ json, file, ifMatch }: AdminRequest): Promise<Record<string, string>> {
    return {
      authorization: `Bearer ${this.address.token}`,
      // Each request is answered once: one that was overheard is worth nothing.
      'x-ml-request': randomBytes(16).toString('hex'),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(file === undefined
        ? {}
        : {
            'content-type': 'application/octet-stream',
            'content-length': String((await stat(file)).size),
          }),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
    };
  }
}

function bodyOf({ json, file }: AdminRequest): { body?: string | ReadableStream; duplex?: 'half' } {
  if (json !== undefined) return { body: JSON.stringify(json) };
  if (file === undefined) return {};
  return { body: Readable.toWeb(createReadStream(file)) as ReadableStream, duplex: 'half' };
}

async function jsonOf(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MOST_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk as Uint8Array);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function reasonOf({ body }: AdminAnswer): string {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'string' ? `: ${error.slice(0, 300)}` : '';
}

/** What fetch tells is in the cause of its error. */
function reasonIn(error: unknown): string {
  const inner = error instanceof Error ? error.cause : undefined;
  return messageOf(inner instanceof Error && inner.message !== '' ? inner : error);
}
