import { createHash } from 'node:crypto';

import { hexOf, fromHex, messageOf, MlError } from '@nx-ml/core/kernel';

/** What is pinned of a download. */
export interface PinnedDownload {
  readonly url: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** A name for the file, from the last part of the URL's path. */
  readonly file: string;
}

export interface DownloadLimits {
  /** Bytes; a longer answer is refused. */
  readonly size: number;
  readonly redirects: number;
  /** Milliseconds for all of it. */
  readonly time: number;
}

const usual: DownloadLimits = { size: 2_000_000_000, redirects: 5, time: 600_000 };

export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text);
}

/**
 * Downloads once, keeping nothing, to learn the digest of what the URL gives today. Only http and https, also after
 * redirects; bounded in size, time and redirects.
 *
 * @throws MlError ERR_ML_USAGE, ERR_ML_DOWNLOAD_FAILED
 */
export async function pinDownload(text: string, limits: DownloadLimits = usual): Promise<PinnedDownload> {
  const url = checkedUrl(text);
  try {
    const signal = AbortSignal.timeout(limits.time);
    const response = await follow(url, limits.redirects, signal);
    const { sha256, size } = await digestBody(response, limits.size, url);
    return { url: url.href, sha256, size, file: fileName(url) };
  } catch (cause) {
    if (cause instanceof MlError) throw cause;
    throw failed(url, `cannot be reached: ${reasonOf(cause)}`, cause);
  }
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new MlError('ERR_ML_USAGE', {
      message: `${text} is no URL to download from`,
      fix: 'Use an http or https URL, or download the data and give --from the file.',
    });
  if (url.username === '' && url.password === '') return url;
  throw new MlError('ERR_ML_USAGE', {
    message: `the URL to ${url.host} holds a user name or a password, which git would keep`,
    fix: 'Use a URL without them, or download the data and give --from the file.',
  });
}

async function follow(url: URL, redirects: number, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { redirect: 'manual', signal });
  const target = response.headers.get('location');
  if (response.status < 300 || response.status >= 400 || target === null) {
    if (response.ok) return response;
    throw failed(url, `answers ${String(response.status)} ${response.statusText}`.trimEnd());
  }
  await response.body?.cancel();
  if (redirects === 0) throw failed(url, 'redirects too often');
  const next = new URL(target, url);
  if (!/^https?:$/.test(next.protocol)) throw failed(url, `redirects to a ${next.protocol} address`);
  return follow(next, redirects - 1, signal);
}

async function digestBody(response: Response, limit: number, url: URL) {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > limit) throw failed(url, `gives more than ${String(limit)} bytes`);
    hash.update(bytes);
  }
  return { sha256: hexOf(fromHex(hash.digest('hex'))), size };
}

/** Safe as a file's name on every system. */
function fileName(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  const safe = last.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  return safe === '' ? 'data' : safe;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return messageOf(cause);
}

function failed(url: URL, why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_DOWNLOAD_FAILED', {
    message: `${url.href} ${why}`,
    fix: 'Look at the address in a browser, or download the data by hand and give --from the file.',
    cause,
  });
}
