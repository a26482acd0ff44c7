import { gridOf } from '../space/index.js';
import type { Dimension, Params } from '../space/index.js';
import { trialRng } from './sampler.js';
import type { Sampler } from './sampler.js';
import { TriedSpace } from './tried.js';

export interface GridOptions {
  /** As for seededRng: in which order. */
  readonly seed: number;
  /** How many values are taken of a parameter that is no choice; else all of those with steps, and 5 of a float without. */
  readonly cuts?: number;
}

/** More are no grid that anybody ends; a study over so many asks another sampler. */
const MOST = 100_000;

/**
 * All combinations, each once, in an order by chance, so that a study that is stopped early has seen some of everything.
 *
 * @throws RangeError for more than 100,000 combinations: ask `gridSize` first.
 */
export function gridSampler(dimensions: readonly Dimension[], { seed, cuts }: GridOptions): Sampler {
  if (gridSize(dimensions, cuts) === undefined) throw new RangeError('a grid of more than 100,000');
  const space = new TriedSpace(dimensions);
  const grid = shuffled([...gridOf(dimensions, cuts)], seed);
  return {
    suggest: (number, history) => {
      const tried = space.placed(history);
      const from = number % grid.length;
      return [...grid.slice(from), ...grid.slice(0, from)].find((params) => !space.isTried(tried, params));
    },
  };
}

/** How many combinations there are; undefined for more than 100,000. */
export function gridSize(dimensions: readonly Dimension[], cuts?: number): number | undefined {
  let size = 0;
  const all = gridOf(dimensions, cuts);
  while (all.next().done !== true) if ((size += 1) > MOST) return undefined;
  return size;
}

function shuffled(grid: Params[], seed: number): readonly Params[] {
  const rng = trialRng(seed, 0);
  for (let index = grid.length - 1; index > 0; index -= 1) {
    const other = Math.floor(rng.uniform() * (index + 1));
    const [a, b] = [grid[index] ?? {}, grid[other] ?? {}];
    [grid[index], grid[other]] = [b, a];
  }
  return grid;
}
