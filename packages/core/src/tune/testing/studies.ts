import type { Direction, Sampler, Trial } from '../samplers/index.js';
import type { Params } from '../space/index.js';

/** Trials one after the other, each told before the next is asked for; ends where nothing is left. */
export function searched(
  sampler: Sampler,
  trials: number,
  of: (params: Params) => number | readonly number[],
): readonly Trial[] {
  const history: Trial[] = [];
  for (let number = 0; number < trials; number += 1) {
    const params = sampler.suggest(number, history);
    if (params === undefined) break;
    const value = of(params);
    const values = typeof value === 'number' ? [value] : value;
    history.push({ number, params, state: 'complete', values });
  }
  return history;
}

export function bestOf(history: readonly Trial[], direction: Direction = 'minimize'): number {
  const values = history.map(({ values: [value = NaN] = [] }) => value);
  return direction === 'minimize' ? Math.min(...values) : Math.max(...values);
}
