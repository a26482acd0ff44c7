import type { Dimension, Params } from '../space/index.js';
import { TriedSpace } from '../samplers/tried.js';
import type { Placed } from '../samplers/tried.js';
import { Parzen } from '../samplers/tpe/parzen.js';
import type { Direction, Trial } from '../samplers/index.js';
import { minimised } from './pareto.js';

export interface Importance {
  readonly name: string;
  /** From 0 to 1; all of a study sum to 1, or are 0 where nothing tells them apart. */
  readonly share: number;
  /** Complete trials in which the parameter exists; with fewer than 20 or so, chance decides as well. */
  readonly trials: number;
}

/** The part of trials that counts as good. */
const GOOD = 0.1;
/** Places at which densities are compared. */
const PLACES = 100;

/**
 * How much each parameter decides whether a trial is among the best tenth: the Pearson divergence of its values there from its values in all
 * complete trials (PED-ANOVA, Watanabe et al. 2023: the variance of the marginal means of "is good", as functional ANOVA has it, without
 * a model of the objective). Of a parameter that exists only sometimes, among the trials in which it does. Each parameter by itself: what
 * two decide only together is not seen. Of values only the order counts.
 *
 * @param objective which of the directions.
 * @returns the most important first.
 */
export function importanceOf(
  dimensions: readonly Dimension[],
  history: readonly Trial[],
  directions: readonly Direction[],
  objective = 0,
): readonly Importance[] {
  const complete = new TriedSpace(dimensions).placed(history.filter(({ state }) => state === 'complete'));
  const value = ({ trial }: Placed): number =>
    minimised(trial.values ?? [], directions)[objective] ?? Infinity;
  const raw = dimensions.map((dimension, index) => {
    const inside = complete.filter(({ point }) => !Number.isNaN(point[index]));
    const ordered = [...inside].sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0));
    const good = ordered.slice(0, Math.ceil(GOOD * ordered.length));
    const divergence = inside.length < 2 ? 0 : divergenceOf(dimension, index, good, inside);
    return { name: dimension.parameter.name, divergence, trials: inside.length };
  });
  const sum = raw.reduce((all, { divergence }) => all + divergence, 0);
  return raw
    .map(({ name, divergence, trials }) => ({ name, share: sum > 0 ? divergence / sum : 0, trials }))
    .sort((a, b) => b.share - a.share);
}

/** The mean of (good/all - 1)^2 over all, of densities at even places or of all values where they are few. */
function divergenceOf(
  dimension: Dimension,
  index: number,
  good: readonly Placed[],
  all: readonly Placed[],
): number {
  const cells = Math.min(dimension.count, PLACES);
  const places = Array.from({ length: cells }, (_, at) => placeOf(dimension, at, cells));
  const density = (placed: readonly Placed[]): readonly number[] => {
    const parzen = new Parzen(
      [dimension],
      [0],
      placed.map(({ point }) => ({ point: point.slice(index, index + 1), weight: 1 })),
    );
    const at = places.map((place) => Math.exp(parzen.logDensity([place])));
    const sum = at.reduce((a, b) => a + b, 0);
    return at.map((one) => one / sum);
  };
  const [inGood, inAll] = [density(good), density(all)];
  return inAll.reduce((sum, p, at) => (p > 0 ? sum + ((inGood[at] ?? 0) - p) ** 2 / p : sum), 0);
}

function placeOf(dimension: Dimension, at: number, cells: number): number {
  const middle = (at + 0.5) / cells;
  const value: Params[string] | undefined = dimension.count === cells ? dimension.at?.(at) : undefined;
  return value === undefined ? middle : (dimension.encode(value) ?? middle);
}
