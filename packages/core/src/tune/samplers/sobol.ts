import { seededRng } from '../../kernel/index.js';
import { paramsFrom } from '../space/index.js';
import type { Dimension, Params } from '../space/index.js';
import { trialRng } from './sampler.js';
import type { Sampler } from './sampler.js';
import { owenScrambled, sobol, SOBOL_DIMENSIONS } from './sobol-sequence.js';
import { TriedSpace } from './tried.js';

/**
 * Scrambled Sobol points: as random ones each by itself, and together far more even. Trial n is point n; where that was tried, as
 * happens in a space with few values, the next that was not. Parameters beyond the 128th are drawn at random.
 *
 * @param seed as for seededRng.
 */
export function sobolSampler(dimensions: readonly Dimension[], seed: number): Sampler {
  const space = new TriedSpace(dimensions);
  const placeAt = sobolPlaces(seed);
  return {
    suggest: (number, history) => {
      const rng = trialRng(seed, number);
      let index = number;
      const draw = (): Params => {
        const point = index++;
        return paramsFrom(dimensions, (dimension) => placeAt(point, dimension) ?? rng.uniform());
      };
      return space.fresh(space.placed(history), rng, draw);
    },
  };
}

/** Places of scrambled points, above 0 and below 1; undefined where there are no direction numbers. */
export function sobolPlaces(seed: number): (point: number, dimension: number) => number | undefined {
  const chance = seededRng(seed);
  const keys = Uint32Array.from({ length: SOBOL_DIMENSIONS }, () => chance.uint32());
  return (point, dimension) => {
    const key = keys[dimension];
    return key === undefined ? undefined : (owenScrambled(sobol(point, dimension), key) + 0.5) / 2 ** 32;
  };
}
