import type { Direction } from '../samplers/index.js';
import { isBetter } from './pruner.js';
import type { Course, Pruner } from './pruner.js';

export interface MedianOptions {
  readonly direction: Direction;
  /** So many trials must be complete before any is ended. Default: 5. */
  readonly startup?: number;
  /** No trial is ended before this resource. Default: 0. */
  readonly warmUp?: number;
  /** So many complete trials must have a value at a resource to be compared with there. Default: 1. */
  readonly least?: number;
}

/**
 * The median rule (Golovin et al. 2017, as in Optuna's MedianPruner): a trial ends when the best value that it has had is worse than the
 * median of what the complete ones had at the resource where it is now. Good where all courses have the same shape; a slow starter is lost.
 */
export function medianPruner({ direction, startup = 5, warmUp = 0, least = 1 }: MedianOptions): Pruner {
  return {
    reasonToEnd: (trial, others) => {
      const complete = others.filter(({ state }) => state === 'complete');
      const resource = trial.readings.at(-1)?.resource;
      if (resource === undefined || resource < warmUp || complete.length < Math.max(1, startup))
        return undefined;
      const best = bestOf(trial, direction);
      if (Number.isNaN(best)) return `no number up to ${String(resource)}`;
      const values = complete
        .flatMap((other) => valueAt(other, resource))
        .filter((value) => !Number.isNaN(value));
      if (values.length < Math.max(1, least)) return undefined;
      const median = medianOf(values);
      if (!isBetter(median, best, direction)) return undefined;
      return `${String(best)} at best up to ${String(resource)}; the median there is ${String(median)}`;
    },
  };
}

function bestOf({ readings }: Course, direction: Direction): number {
  return readings.reduce((best, { value }) => (isBetter(value, best, direction) ? value : best), NaN);
}

/** At exactly that resource: values of other ages do not compare. */
function valueAt({ readings }: Course, resource: number): readonly number[] {
  return readings.filter((reading) => reading.resource === resource).map(({ value }) => value);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}
