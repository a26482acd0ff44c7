import { seededRng } from '../../kernel/index.js';
import type { Rng } from '../../kernel/index.js';
import type { Params } from '../space/index.js';

export type Direction = 'minimize' | 'maximize';

/** What is known of one trial. */
export interface Trial {
  /** From 0, in the order in which trials were begun. */
  readonly number: number;
  readonly params: Params;
  readonly state: 'running' | 'complete' | 'pruned' | 'failed';
  /**
   * One an objective; over seeds, their means. Of a trial that was pruned, the last ones that it told. None while it is running or after
   * it failed.
   */
  readonly values?: readonly number[];
  /** How far a trial had come when it was pruned, in whatever its progress counts. */
  readonly resource?: number;
}

/** Says what to try next. */
export interface Sampler {
  /**
   * Depends on nothing but the sampler's seed, `number` and `history`, so that a study that goes on after a crash goes on as it would
   * have. A set of parameters that is in the history is suggested again only where a hundred tries found no other.
   *
   * @param number of the trial for which it is asked.
   * @param history in any order, of trials that lie in the space; others are passed over. Trials that are running count, so that
   * parallel ones spread.
   * @returns undefined when every set of parameters was tried or is running.
   */
  suggest(number: number, history: readonly Trial[]): Params | undefined;
}

/** Chance of one trial: of all its seeds and numbers no two share it. */
export function trialRng(seed: number, number: number): Rng {
  const whole = seededRng(seed);
  const low = (whole.uint32() ^ Math.imul(number, 0x9e3779b1)) >>> 0;
  const high = (whole.uint32() ^ Math.imul(number, 0x85ebca77)) >>> 11;
  return seededRng(low + high * 2 ** 32);
}
