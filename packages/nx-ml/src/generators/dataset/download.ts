import { createHash } from 'node:crypto';

import { followUrl } from '@nx-ml/core/adapters/foreign-fs';
import { MlError } from '@nx-ml/core/kernel';

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
  const { size: limit, redirects, time } = limits;
  const bytes = (await followUrl(url.href, { limit, redirects, time, fix })) ?? [];
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.byteLength;
    hash.update(chunk);
  }
  return { url: url.href, sha256: hash.digest('hex'), size, file: fileName(url) };
}

const fix = 'Look at the address in a browser, or download the data by hand and give --from the file.';

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

/** Safe as a file's name on every system. */
function fileName(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  const safe = last.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  return safe === '' ? 'data' : safe;
}
