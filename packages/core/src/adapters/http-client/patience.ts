import { setTimeout as pause } from 'node:timers/promises';

import { isPassing } from './failure.js';

/** How long to insist. */
export interface Patience {
  /** Further tries after the first, in a row without any progress. */
  readonly retries: number;
  /** Before the second try, milliseconds; it doubles with each, up to 10 s, and half of it is left to chance. */
  readonly firstDelay: number;
  /** A connection on which nothing moves for so long, in milliseconds, is given up. */
  readonly idle: number;
}

/** In all some 17 s of waiting: a gateway that is started anew is outlasted. */
export const defaultPatience: Patience = { retries: 7, firstDelay: 200, idle: 60_000 };

const longestDelay = 10_000;

/** Runs it until it succeeds, fails for good, or has failed too often in a row. */
export async function insist<T>(
  patience: Patience,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (failures >= patience.retries || !isPassing(error)) throw error;
      await backOff(patience, failures, signal);
    }
  }
}

/** Chance keeps many clients that failed together from coming back together. */
export async function backOff(
  { firstDelay }: Patience,
  failures: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const delay = Math.min(firstDelay * 2 ** failures, longestDelay);
  await pause(delay * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
}
