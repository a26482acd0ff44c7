import { paramsFrom } from '../space/index.js';
import type { Dimension, Params } from '../space/index.js';
import { trialRng } from './sampler.js';
import type { Sampler } from './sampler.js';
import { TriedSpace } from './tried.js';

/**
 * Uniform over the space, on a logarithmic scale where one is asked for (Bergstra and Bengio 2012). What the others must beat.
 *
 * @param seed as for seededRng.
 */
export function randomSampler(dimensions: readonly Dimension[], seed: number): Sampler {
  const space = new TriedSpace(dimensions);
  return {
    suggest: (number, history) => {
      const rng = trialRng(seed, number);
      const draw = (): Params => paramsFrom(dimensions, () => rng.uniform());
      return space.fresh(space.placed(history), rng, draw);
    },
  };
}
