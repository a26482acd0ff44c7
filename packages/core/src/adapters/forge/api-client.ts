import { isJsonObject, messageOf, MlError } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';

export interface ApiAccess {
  /** Without a slash at its end: `https://api.github.com`. */
  readonly base: string;
  /** With the token; never told. */
  readonly headers: Readonly<Record<string, string>>;
  /** For messages: `GitHub`. */
  readonly name: string;
}

export interface ApiClientOptions {
  readonly fetch?: typeof fetch;
  /** Milliseconds. */
  readonly pause?: (ms: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Milliseconds that one answer may take. */
  readonly patience?: number;
}

export interface ApiAnswer {
  readonly status: number;
  /** undefined where it is empty. */
  readonly json: unknown;
}

const attempts = 5;
/** Milliseconds: whoever asks for longer is not waited for. */
const longestPause = 60_000;
const mostBytes = 20_000_000;
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Requests to a REST API, tried again where that may help, at the time that the API asks for. */
export class ApiClient {
  readonly #access: ApiAccess;
  readonly #fetch: typeof fetch;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #now: () => number;
  readonly #patience: number;

  constructor(access: ApiAccess, options: ApiClientOptions = {}) {
    this.#access = access;
    this.#fetch = options.fetch ?? fetch;
    this.#pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.#now = options.now ?? (() => Date.now());
    this.#patience = options.patience ?? 30_000;
  }

  /** @throws MlError ERR_ML_FORGE_UNAVAILABLE when it went on failing. Any answer that will not change is returned. */
  async ask(method: string, path: string, body?: JsonObject): Promise<ApiAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const tried = await this.#try(method, path, body);
      if ('json' in tried) return tried;
      const pause = tried.pause ?? 1000 * 2 ** (attempt - 1);
      if (attempt === attempts || pause > longestPause) throw this.#unavailable(tried.why, pause);
      await this.#pause(pause);
    }
  }

  async #try(method: string, path: string, body?: JsonObject): Promise<ApiAnswer | Failure> {
    try {
      const response = await this.#fetch(`${this.#access.base}${path}`, {
        method,
        // A token must not follow to where an answer points.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#patience),
        headers: {
          accept: 'application/json',
          'user-agent': 'nx-ml',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...this.#access.headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await textOf(response);
      const { status } = response;
      if (!this.#mayPass(response)) return { status, json: text === '' ? undefined : jsonOf(text) };
      return { why: `it answers ${String(status)}`, pause: this.#pauseAsked(response.headers) };
    } catch (error) {
      return { why: reasonOf(error), pause: undefined };
    }
  }

  /** GitHub says 403 where others say 429. */
  #mayPass({ status, headers }: Response): boolean {
    if (passing.has(status)) return true;
    return status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0');
  }

  #pauseAsked(headers: Headers): number | undefined {
    const after = headers.get('retry-after');
    if (after !== null) {
      const at = /^\d+$/.test(after) ? this.#now() + Number(after) * 1000 : Date.parse(after);
      if (Number.isFinite(at)) return Math.max(0, at - this.#now());
    }
    const remaining = headers.get('x-ratelimit-remaining') ?? headers.get('ratelimit-remaining');
    const reset = Number(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? NaN);
    return remaining === '0' && Number.isFinite(reset) ? Math.max(0, reset * 1000 - this.#now()) : undefined;
  }

  #unavailable(why: string, pause: number): MlError {
    const { name } = this.#access;
    const later =
      pause > longestPause ? `, and wants to be asked again in ${String(Math.ceil(pause / 1000))} s` : '';
    return new MlError('ERR_ML_FORGE_UNAVAILABLE', {
      message: `${name} cannot be reached for the report: ${why}${later}`,
      fix: 'The report itself is there: write it with --output, or run the command again.',
    });
  }

  /** @throws MlError ERR_ML_FORGE_REFUSED */
  refused(doing: string, { status, json }: ApiAnswer, fix: string): MlError {
    const told = isJsonObject(json) ? (json['message'] ?? json['error']) : undefined;
    const why = typeof told === 'string' ? `: ${told.slice(0, 200)}` : '';
    return new MlError('ERR_ML_FORGE_REFUSED', {
      message: `${this.#access.name} refuses to ${doing}, ${String(status)}${why}`,
      fix,
    });
  }
}

interface Failure {
  readonly why: string;
  /** Milliseconds that it asks for. */
  readonly pause: number | undefined;
}

/** What is endless is no answer. */
async function textOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    const read = piece as Uint8Array;
    bytes += read.length;
    if (bytes > mostBytes) throw new Error('its answer has no end');
    pieces.push(read);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What fetch says is in its cause; neither names a header. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error).slice(0, 200);
}
