import type { Rng } from '../kernel/index.js';

export interface RetrySchedule {
  /** How often in all. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each one after it. */
  readonly firstMs: number;
  /** Longest wait, also where the server asks for more. Milliseconds. */
  readonly longestMs: number;
}

/**
 * Milliseconds to wait after so many failed attempts: exponential, and drawn from its upper half so that the jobs of a build do
 * not come back all at once. undefined when it is time to give up.
 *
 * @param failed 1 and more
 * @param askedMs what the server asks for
 */
export function retryDelay(
  failed: number,
  askedMs: number,
  { schedule, rng }: { readonly schedule: RetrySchedule; readonly rng: Rng },
): number | undefined {
  const { attempts, firstMs, longestMs } = schedule;
  if (failed >= attempts) return undefined;
  const whole = Math.min(firstMs * 2 ** (failed - 1), longestMs);
  return Math.max(whole * (0.5 + rng.uniform() / 2), Math.min(askedMs, longestMs));
}
