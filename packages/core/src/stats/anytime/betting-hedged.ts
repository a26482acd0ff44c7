import { refuse, requireBetween0And1 } from '../arguments.js';
import type { Numbers } from '../arguments.js';
import { plugInStakes, requireBounded } from './bounded-values.js';
import type { AnytimeInterval } from './empirical-bernstein.js';

/** Values times means of the grid: some seconds. */
const MOST_BETS = 200_000_000;

/**
 * A confidence sequence for the mean of values from 0 to 1, by hedged betting (Waudby-Smith and Ramdas 2023, theorem
 * 3): each mean m of a grid is a game that pays fairly if m is true; a mean at which half of the gambler's better
 * capital reached 1/alpha is ruled out. Narrower than empirical Bernstein. The true mean is inside at all times at once
 * with probability 1 - alpha, to the width of the grid.
 *
 * @param input.truncation c: no stake risks more of the capital; default 1/2.
 * @param input.gridStep distance of the means that are tried; default 0.001, at least 1e-6.
 * @param input.runningIntersection a mean that was once ruled out stays so; default true.
 * @throws ERR_ML_STATISTICS_INVALID for no value, one outside [0, 1], rates outside (0, 1), and more than 2e8 bets.
 */
export function bettingHedged(input: {
  readonly values: Numbers;
  readonly alpha: number;
  readonly truncation?: number;
  readonly gridStep?: number;
  readonly runningIntersection?: boolean;
}): AnytimeInterval {
  const { values, alpha, truncation = 0.5, gridStep = 0.001, runningIntersection = true } = input;
  requireBounded(values);
  requireBetween0And1('alpha', alpha);
  requireBetween0And1('truncation', truncation);
  requireBetween0And1('gridStep', gridStep);
  if (gridStep < LEAST_STEP) refuse('gridStep', gridStep, `at least ${String(LEAST_STEP)}`);
  const means = Math.max(1, Math.ceil(1 / gridStep - LEAST_STEP) - 1);
  if (means * values.length > MOST_BETS)
    refuse('values x means of the grid', means * values.length, `at most ${String(MOST_BETS)}`);
  const games = new Games(means, gridStep, truncation);
  const limit = Math.log(2 / alpha);
  let [lower, upper] = [0, 1];
  for (const { value, stake } of plugInStakes(values, alpha)) {
    games.play(value, stake);
    const [low, high] = games.open(limit);
    // None of the grid is left: the interval lies between two of its means, and the last one that held some is the one to tell.
    if (low > high) continue;
    lower = runningIntersection ? Math.max(lower, low) : low;
    upper = runningIntersection ? Math.min(upper, high) : high;
  }
  return { lower, upper, degenerate: lower > upper };
}

const LEAST_STEP = 1e-6;

/** A gambler on "the mean is above m" and one on "below" for each m, with their capital as a logarithm. */
class Games {
  readonly #above: Float64Array;
  readonly #below: Float64Array;

  constructor(
    count: number,
    private readonly step: number,
    private readonly truncation: number,
  ) {
    this.#above = new Float64Array(count);
    this.#below = new Float64Array(count);
  }

  play(value: number, stake: number): void {
    for (let index = 0; index < this.#above.length; index++) {
      const mean = (index + 1) * this.step;
      const up = Math.min(stake, this.truncation / mean);
      const down = Math.min(stake, this.truncation / (1 - mean));
      this.#above[index] = (this.#above[index] ?? 0) + Math.log1p(up * (value - mean));
      this.#below[index] = (this.#below[index] ?? 0) + Math.log1p(-down * (value - mean));
    }
  }

  /** The least and the largest mean that is not ruled out; the least above the largest where all are. */
  open(limit: number): readonly [number, number] {
    let [low, high] = [Infinity, -Infinity];
    for (let index = 0; index < this.#above.length; index++) {
      if (Math.max(this.#above[index] ?? 0, this.#below[index] ?? 0) >= limit) continue;
      const mean = (index + 1) * this.step;
      low = Math.min(low, mean);
      high = mean;
    }
    return [low, high];
  }
}
