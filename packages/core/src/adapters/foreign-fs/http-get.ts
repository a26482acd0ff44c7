import { messageOf, MlError } from '../../kernel/index.js';

export interface FollowOptions {
  /** What an answer "404 Not Found" or "410 Gone" comes to. */
  readonly absent?: 'undefined' | 'error';
  readonly redirects?: number;
  /** Bytes; a longer answer is refused while it comes in. */
  readonly limit?: number;
  /** Milliseconds for the whole; Infinity where only silence ends it, after five minutes. An hour when not given. */
  readonly time?: number;
  readonly signal?: AbortSignal | undefined;
  /** What to do in an error. */
  readonly fix?: string;
}

export interface AskOptions extends FollowOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses besides those of success that are an answer and no failure. */
  readonly also?: readonly number[];
}

/** What an address answered. Its bytes must be read, or the answer be dropped. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: AsyncIterable<Uint8Array>;
  drop(): Promise<void>;
}

const usualFix = 'Look at the address in a browser, or download the data by hand.';

/**
 * The bytes that an http or https address gives, also after redirects to such. Nothing is verified.
 *
 * @throws MlError ERR_ML_DOWNLOAD_FAILED, while it is followed and while the bytes come in.
 */
export async function followUrl(
  address: string,
  options: FollowOptions = {},
): Promise<AsyncIterable<Uint8Array> | undefined> {
  return (await askUrl(address, options))?.bytes;
}

/** As followUrl, with what the answer says of itself. */
export async function askUrl(address: string, options: AskOptions = {}): Promise<HttpAnswer | undefined> {
  const { redirects = 5, time = 3_600_000, signal } = options;
  const ends = [
    ...(signal === undefined ? [] : [signal]),
    ...(time === Infinity ? [] : [AbortSignal.timeout(time)]),
  ];
  const url = new URL(address);
  const stop = AbortSignal.any(ends);
  const response = await reaching(url, { ...options, verb: 'cannot be reached' }, () =>
    follow(url, { redirects, stop, options }),
  );
  if (response === undefined) return undefined;
  const { status, headers, body } = response;
  return { status, headers, bytes: bodyOf(response, url, options), drop: async () => body?.cancel() };
}

/** Did the network fail, rather than somebody refuse? Then asking again may help. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof MlError && error.code === 'ERR_ML_DOWNLOAD_FAILED' && error.cause !== undefined;
}

interface Following {
  readonly redirects: number;
  readonly stop: AbortSignal;
  readonly options: AskOptions;
}

async function follow(url: URL, { redirects, stop, options }: Following): Promise<Response | undefined> {
  const { headers = {} } = options;
  const response = await fetch(url, { redirect: 'manual', signal: stop, headers });
  const target = response.headers.get('location');
  if (response.status < 300 || response.status >= 400 || target === null)
    return settle(response, url, options);
  await response.body?.cancel();
  if (redirects === 0) throw failed(url, 'redirects too often', options);
  const next = new URL(target, url);
  if (!/^https?:$/.test(next.protocol)) throw failed(url, `redirects to a ${next.protocol} address`, options);
  return follow(next, { redirects: redirects - 1, stop, options });
}

async function settle(response: Response, url: URL, options: AskOptions): Promise<Response | undefined> {
  const { also = [], absent } = options;
  const { ok, status, statusText, body } = response;
  if (ok || also.includes(status)) return response;
  await body?.cancel();
  if (absent === 'undefined' && [404, 410].includes(status)) return undefined;
  throw failed(url, `answers ${String(status)} ${statusText}`.trimEnd(), options);
}

async function* bodyOf(
  response: Response,
  url: URL,
  options: FollowOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { limit = Infinity } = options;
  const told = Number(response.headers.get('content-length') ?? 0);
  if (told > limit) throw failed(url, `gives more than ${String(limit)} bytes`, options);
  let size = 0;
  const body = response.body as ReadableStream<Uint8Array> | null;
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reaching(url, { ...options, verb: 'broke off' }, () => reader.read());
      if (done) return;
      size += value.byteLength;
      if (size > limit) throw failed(url, `gives more than ${String(limit)} bytes`, options);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function reaching<T>(
  url: URL,
  { verb, ...options }: FollowOptions & { readonly verb: string },
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof MlError) throw cause;
    if (options.signal?.aborted === true)
      throw new MlError('ERR_ML_CANCELLED', {
        message: `The download of ${publicText(url)} was cancelled`,
        fix: 'Start it again.',
        cause,
      });
    throw failed(url, `${verb}: ${reasonOf(cause)}`, options, cause);
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return messageOf(cause);
}

/** An address without user and password. */
export function publicText(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

function failed(url: URL, why: string, { fix = usualFix }: FollowOptions, cause?: unknown): MlError {
  return new MlError('ERR_ML_DOWNLOAD_FAILED', { message: `${publicText(url)} ${why}`, fix, cause });
}
