import { messageOf, MlError } from '../../kernel/index.js';

export interface FollowOptions {
  /** What an answer "404 Not Found" or "410 Gone" comes to. */
  readonly absent?: 'undefined' | 'error';
  readonly redirects?: number;
  /** Bytes; a longer answer is refused while it comes in. */
  readonly limit?: number;
  /** Milliseconds for the whole. */
  readonly time?: number;
  readonly signal?: AbortSignal | undefined;
  /** What to do in an error. */
  readonly fix?: string;
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
  const { redirects = 5, time = 3_600_000, signal } = options;
  const timeout = AbortSignal.timeout(time);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const url = new URL(address);
  const response = await reaching(url, options, () => follow(url, { redirects, stop, options }));
  if (response === undefined) return undefined;
  return bodyOf(response, url, options);
}

interface Following {
  readonly redirects: number;
  readonly stop: AbortSignal;
  readonly options: FollowOptions;
}

async function follow(url: URL, { redirects, stop, options }: Following): Promise<Response | undefined> {
  const response = await fetch(url, { redirect: 'manual', signal: stop });
  const target = response.headers.get('location');
  if (response.status < 300 || response.status >= 400 || target === null) {
    if (response.ok) return response;
    await response.body?.cancel();
    if (options.absent === 'undefined' && [404, 410].includes(response.status)) return undefined;
    throw failed(url, `answers ${String(response.status)} ${response.statusText}`.trimEnd(), options);
  }
  await response.body?.cancel();
  if (redirects === 0) throw failed(url, 'redirects too often', options);
  const next = new URL(target, url);
  if (!/^https?:$/.test(next.protocol)) throw failed(url, `redirects to a ${next.protocol} address`, options);
  return follow(next, { redirects: redirects - 1, stop, options });
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
      const { done, value } = await reaching(url, options, () => reader.read());
      if (done) return;
      size += value.byteLength;
      if (size > limit) throw failed(url, `gives more than ${String(limit)} bytes`, options);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function reaching<T>(url: URL, options: FollowOptions, ask: () => Promise<T>): Promise<T> {
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
    throw failed(url, `cannot be reached: ${reasonOf(cause)}`, options, cause);
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return messageOf(cause);
}

function publicText(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

function failed(url: URL, why: string, { fix = usualFix }: FollowOptions, cause?: unknown): MlError {
  return new MlError('ERR_ML_DOWNLOAD_FAILED', { message: `${publicText(url)} ${why}`, fix, cause });
}
