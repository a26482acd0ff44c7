import type { Rng } from '../../../kernel/index.js';
import type { Dimension, Point } from '../../space/index.js';
import type { Group } from './groups.js';
import { marginalOf } from './marginals.js';
import type { Marginal } from './marginals.js';

/** What a density is estimated from. */
export interface Weighted {
  readonly point: Point;
  /** Above 0; what is not known yet weighs 1. */
  readonly weight: number;
}

/**
 * A density over a group of dimensions: a mixture of one kernel a point and a wide one for what is not known yet (the prior). A kernel is
 * a product over all dimensions, so that it holds together what goes together (Falkner et al. 2018; Watanabe 2023).
 */
export class Parzen {
  private readonly upTo: Float64Array;
  private readonly logWeights: Float64Array;
  private readonly marginals: readonly Marginal[];
  private readonly logs: Float64Array;

  constructor(dimensions: readonly Dimension[], group: Group, points: readonly Weighted[]) {
    const weights = Float64Array.from([...points.map(({ weight }) => weight), 1]);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    this.upTo = weights.map((weight) => (sum += weight / total));
    this.logWeights = weights.map((weight) => Math.log(weight / total));
    this.logs = new Float64Array(weights.length);
    this.marginals = dimensions
      .filter((_, index) => group.includes(index))
      .map((dimension, at) =>
        marginalOf(
          dimension,
          Float64Array.from(points, ({ point }) => point[group[at] ?? 0] ?? 0.5),
        ),
      );
  }

  /** A place for each member of the group. */
  draw(rng: Rng): number[] {
    const share = rng.uniform();
    const kernel = this.upTo.findIndex((upTo) => share < upTo);
    const chosen = kernel === -1 ? this.upTo.length - 1 : kernel;
    return this.marginals.map((marginal) => marginal.draw(rng, chosen));
  }

  /** ln of the density at a place for each member; of the mass, where dimensions have cells. */
  logDensity(places: readonly number[]): number {
    this.logs.set(this.logWeights);
    this.marginals.forEach((marginal, index) => {
      marginal.addLogs(places[index] ?? 0.5, this.logs);
    });
    return logSum(this.logs);
  }
}

function logSum(logs: Float64Array): number {
  let most = -Infinity;
  for (const log of logs) if (log > most) most = log;
  if (most === -Infinity) return most;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  return most + Math.log(sum);
}
