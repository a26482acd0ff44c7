import { setTimeout as pause } from 'node:timers/promises';

import { MlError } from '../../kernel/index.js';
import { bytesRule, parseBytes } from '../../manifest/index.js';

/** Lets no more than so many bytes a second pass, uploads and downloads together. */
export class RateLimit {
  /** When all that was let through will have had its time, in milliseconds of the monotonic clock. */
  #free = 0;

  /** @param rate bytes a second */
  constructor(private readonly rate: number) {}

  async pass(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    this.#free = Math.max(this.#free, now) + (bytes * 1000) / this.rate;
    const wait = this.#free - now;
    // Short waits are gathered: a timer is no finer than this anyway.
    if (wait > 10) await pause(wait, undefined, signal === undefined ? {} : { signal });
  }
}

/**
 * Reads `20MB/s`; undefined or empty is no limit.
 *
 * @throws MlError ERR_ML_USAGE
 */
export function parseRate(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const rate = text.endsWith('/s') ? parseBytes(text.slice(0, -2)) : undefined;
  if (rate !== undefined && rate >= 1000) return rate;
  throw new MlError('ERR_ML_USAGE', {
    message: `NX_ML_REMOTE_RATE is ${JSON.stringify(text.slice(0, 50))}, which is no rate`,
    fix: `Write at least 1KB/s, as ${bytesRule}, followed by /s: NX_ML_REMOTE_RATE=20MB/s.`,
  });
}
