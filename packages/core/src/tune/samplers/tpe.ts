import type { Rng } from '../../kernel/index.js';
import { paramsFrom } from '../space/index.js';
import type { Dimension, Params } from '../space/index.js';
import { trialRng } from './sampler.js';
import type { Direction, Sampler } from './sampler.js';
import { sobolPlaces } from './sobol.js';
import { groupsOf, isIn } from './tpe/groups.js';
import type { Group } from './tpe/groups.js';
import { Parzen } from './tpe/parzen.js';
import { isEnded, splitHistory } from './tpe/split.js';
import { owedPlace } from './tpe/owed.js';
import { TriedSpace } from './tried.js';
import type { Placed } from './tried.js';

export interface TpeOptions {
  /** As for seededRng. */
  readonly seed: number;
  /** One an objective. */
  readonly directions: readonly [Direction, ...Direction[]];
  /** So many trials must have ended before anything is learned from them; until then points are Sobol's. Default: 10. */
  readonly startup?: number;
}

/** Points of which the most promising is suggested. */
const CANDIDATES = 100;
/** Where that was tried before, so often another one; after that any, since all that looks best is known. */
const ATTEMPTS = 4;
/** Of a longer history an even part stands for all of the rest: what asking costs stays flat. */
const MOST_REST = 300;

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011; Watanabe 2023): the point of which trials like it are most often good,
 * by the ratio of two densities. Multivariate; parameters that exist only sometimes have densities of their own, from the trials in
 * which they do. Of values only the order counts, so neither their scale nor an outlier matters. docs/adr/0039.
 */
export function tpeSampler(dimensions: readonly Dimension[], options: TpeOptions): Sampler {
  const { seed, directions, startup = 10 } = options;
  const space = new TriedSpace(dimensions);
  const groups = groupsOf(dimensions);
  const start = sobolPlaces(seed);
  return {
    suggest: (number, history) => {
      const rng = trialRng(seed, number);
      const tried = space.placed(history);
      let point = number;
      const draw = (): Params => {
        const index = point++;
        return paramsFrom(dimensions, (dimension) => start(index, dimension) ?? rng.uniform());
      };
      if (tried.filter(isEnded).length < startup) return space.fresh(tried, rng, draw);
      const search = new Search(dimensions, groups, tried, directions);
      let left = ATTEMPTS;
      return space.fresh(tried, rng, () =>
        left-- > 0 ? search.draw(rng) : paramsFrom(dimensions, () => rng.uniform()),
      );
    },
  };
}

interface Densities {
  readonly good: Parzen;
  readonly rest: Parzen;
}

/** One look at a history. */
class Search {
  private readonly densities = new Map<Group, Densities>();

  constructor(
    private readonly dimensions: readonly Dimension[],
    private readonly groups: readonly Group[],
    private readonly tried: readonly Placed[],
    private readonly directions: readonly Direction[],
  ) {}

  /** A group is asked as soon as it is known that it exists. */
  draw(rng: Rng): Params {
    const places = new Float64Array(this.dimensions.length).fill(NaN);
    return paramsFrom(this.dimensions, (index) => {
      if (Number.isNaN(places[index])) {
        const group = this.groups.find((members) => members.includes(index)) ?? [index];
        const best = this.best(group, rng);
        group.forEach((member, at) => (places[member] = best[at] ?? 0.5));
      }
      return places[index] ?? 0.5;
    });
  }

  private best(group: Group, rng: Rng): readonly number[] {
    const { good, rest } = this.of(group);
    const owed = group.map((member) => owedPlace(this.dimensions, member, this.tried));
    let best: readonly number[] = [];
    let most = -Infinity;
    for (let left = CANDIDATES; left > 0; left -= 1) {
      const drawn = good.draw(rng).map((place, at) => owed[at] ?? place);
      const places = this.settled(group, drawn);
      const promise = good.logDensity(places) - rest.logDensity(places);
      if (promise > most || best.length === 0) [best, most] = [places, promise];
    }
    return best;
  }

  /** Judged is what would be tried, the middle of a cell and not a place beside it. Rounded to six digits a place is as good as the same. */
  private settled(group: Group, places: readonly number[]): readonly number[] {
    return places.map((place, at) => {
      const dimension = this.dimensions[group[at] ?? 0];
      return (dimension?.cell && dimension.encode(dimension.decode(place))) ?? place;
    });
  }

  private of(group: Group): Densities {
    const known = this.densities.get(group);
    if (known !== undefined) return known;
    const { good, rest } = splitHistory(
      this.tried.filter(({ point }) => isIn(group, point)),
      this.directions,
    );
    // The better of the good ones weigh more, 1 on average: Watanabe 2023 finds the same for what they improve by.
    const rank = (index: number): number => (2 * (good.length - index)) / (good.length + 1);
    const densities = {
      good: new Parzen(
        this.dimensions,
        group,
        good.map(({ point }, index) => ({ point, weight: rank(index) })),
      ),
      rest: new Parzen(
        this.dimensions,
        group,
        thinned(rest).map(({ point }) => ({ point, weight: 1 })),
      ),
    };
    this.densities.set(group, densities);
    return densities;
  }
}

function thinned<T>(all: readonly T[]): readonly T[] {
  if (all.length <= MOST_REST) return all;
  return Array.from(
    { length: MOST_REST },
    (_, index) => all[Math.floor(((index + 0.5) * all.length) / MOST_REST)],
  ).flatMap((one) => one ?? []);
}
