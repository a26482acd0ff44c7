import { setTimeout as sleep } from 'node:timers/promises';

import { isMlError, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { askUrl, isBrokenOff, publicText } from './http-get.js';
import type { FollowOptions, HttpAnswer } from './http-get.js';
import { isNothingLeft, isRestOf, versionOf } from './http-version.js';
import { PartialDownload } from './partial-download.js';
import type { PartialPlace } from './partial-download.js';

export interface HttpDownloadsOptions extends PartialPlace, Pick<FollowOptions, 'limit' | 'signal'> {
  /** Told of bytes that are here; fewer than none where they were of another version after all. */
  readonly onBytes?: (count: number) => void;
  /** Told how many bytes there are in all, where the server says so. */
  readonly onSize?: (size: number) => void;
  /** Pauses before each new attempt after the network failed. Milliseconds; four attempts when not given */
  readonly pauses?: readonly number[];
}

export interface Downloaded {
  /** Absolute path of the bytes. */
  readonly at: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** What http and https addresses give. What breaks off goes on where it stopped, as long as the source is what it was. */
export class HttpDownloads {
  readonly #options: HttpDownloadsOptions;

  constructor(options: HttpDownloadsOptions) {
    this.#options = options;
  }

  /**
   * Gives the whole to `use`, and removes it then.
   *
   * @param expected what it must be, where that is known: bytes that were brought in parts and are others are brought again.
   * @throws MlError ERR_ML_DOWNLOAD_FAILED, ERR_ML_CANCELLED; then what came is kept for the next call.
   */
  async bring<T>(
    url: string,
    expected: Digest | undefined,
    use: (downloaded: Downloaded) => Promise<T>,
  ): Promise<T> {
    const partial = await PartialDownload.open(this.#options, url);
    const downloaded = await this.#whole(url, partial, expected).catch(async (error: unknown) => {
      const isKept = await partial.leave().catch(() => false);
      throw isKept ? goesOn(error, partial.received) : error;
    });
    try {
      return await use(downloaded);
    } finally {
      await partial.remove();
    }
  }

  async #whole(url: string, partial: PartialDownload, expected: Digest | undefined): Promise<Downloaded> {
    this.#options.onBytes?.(partial.received);
    const isOnePiece = await this.#complete(url, partial);
    if (expected !== undefined && partial.digest() !== expected && !isOnePiece) {
      await this.#restart(partial);
      await this.#complete(url, partial);
    }
    return { at: partial.at, digest: partial.digest(), size: partial.received };
  }

  /** @returns whether all of it came in one piece. */
  async #complete(url: string, partial: PartialDownload): Promise<boolean> {
    const { pauses = [1000, 2000, 4000, 8000], signal } = this.#options;
    let isOnePiece = true;
    let hasCome = false;
    for (let attempt = 0; ;) {
      const before = partial.received;
      try {
        return (await this.#receive(url, partial)) && isOnePiece;
      } catch (error) {
        isOnePiece = false;
        const hasAdvanced = partial.received > before;
        hasCome ||= hasAdvanced;
        attempt = hasAdvanced ? 0 : attempt;
        const pause = pauses[attempt++];
        const canGoOn = hasCome && partial.version.validator !== undefined;
        if (!isBrokenOff(error) || pause === undefined || !canGoOn) throw error;
        await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** @returns whether it began at the first byte. */
  async #receive(url: string, partial: PartialDownload): Promise<boolean> {
    const { received, version } = partial;
    if (received > 0 && version.validator !== undefined)
      return this.#receiveRest(url, partial, version.validator);
    const answer = await this.#ask(url, undefined);
    if (answer.status === 206) throw downloadFailed(url, 'gives a part that nobody asked for');
    await this.#takeAll(url, partial, answer);
    return true;
  }

  async #receiveRest(url: string, partial: PartialDownload, validator: string): Promise<boolean> {
    const { received, version } = partial;
    const answer = await this.#ask(url, { from: received, validator });
    if (answer.status === 200) {
      await this.#takeAll(url, partial, answer);
      return true;
    }
    if (isRestOf(answer, received, version)) {
      await this.#take(url, partial, answer);
      return false;
    }
    await answer.drop();
    if (answer.status === 416 && isNothingLeft(answer, received)) return false;
    await this.#restart(partial);
    return this.#receive(url, partial);
  }

  async #ask(
    url: string,
    rest: { readonly from: number; readonly validator: string } | undefined,
  ): Promise<HttpAnswer> {
    const { limit = Infinity, signal } = this.#options;
    const range =
      rest === undefined ? {} : { range: `bytes=${String(rest.from)}-`, 'if-range': rest.validator };
    const answer = await askUrl(url, {
      limit,
      signal,
      time: Infinity,
      // Parts of a compressed answer do not fit together.
      headers: { 'accept-encoding': 'identity', ...range },
      also: rest === undefined ? [] : [416],
    });
    if (answer !== undefined) return answer;
    throw new Error('An answer that is absent is an error here');
  }

  async #restart(partial: PartialDownload): Promise<void> {
    this.#options.onBytes?.(-partial.received);
    await partial.begin({ validator: undefined, size: undefined });
  }

  async #takeAll(url: string, partial: PartialDownload, answer: HttpAnswer): Promise<void> {
    this.#options.onBytes?.(-partial.received);
    await partial.begin(versionOf(answer));
    await this.#take(url, partial, answer);
  }

  async #take(url: string, partial: PartialDownload, answer: HttpAnswer): Promise<void> {
    const { limit = Infinity, onBytes, onSize } = this.#options;
    const { size } = partial.version;
    if (size !== undefined) onSize?.(size);
    for await (const bytes of answer.bytes) {
      if (partial.received + bytes.byteLength > limit) throw tooLong(url, limit);
      await partial.write(bytes);
      onBytes?.(bytes.byteLength);
    }
    if (size === undefined || size === partial.received) return;
    const cause = new Error(`${String(partial.received)} of ${String(size)} bytes came`);
    throw downloadFailed(url, `broke off: ${cause.message}`, { cause });
  }
}

/** What is kept is worth to be known. */
function goesOn(error: unknown, received: number): unknown {
  if (!isMlError(error)) return error;
  const { code, message, cause } = error;
  const fix = `Run the same command again: the ${received.toLocaleString('en-US')} bytes that came are kept, and it goes on from there.`;
  return new MlError(code, { message, fix, cause });
}

function tooLong(url: string, limit: number): MlError {
  return downloadFailed(url, `gives more than ${String(limit)} bytes`);
}

function downloadFailed(url: string, why: string, more: { readonly cause?: unknown } = {}): MlError {
  return new MlError('ERR_ML_DOWNLOAD_FAILED', {
    message: `${publicText(new URL(url))} ${why}`,
    fix: 'Look at the address in a browser, or download the data by hand.',
    ...more,
  });
}
