import type { Rng } from '../../kernel/index.js';
import { gridOf, pointOf, sizeOf } from '../space/index.js';
import type { Dimension, Params, Point } from '../space/index.js';
import type { Trial } from './sampler.js';

/** Up to here all combinations are listed to find one that is left. */
const LISTED = 10_000;
const TRIES = 100;

/** A trial with its place. */
export interface Placed {
  readonly trial: Trial;
  readonly point: Point;
}

/** The space of a sampler, and what was tried in it. */
export class TriedSpace {
  readonly dimensions: readonly Dimension[];
  private readonly points = new WeakMap<Params, Point | 'outside'>();
  private size: number | undefined;

  constructor(dimensions: readonly Dimension[]) {
    this.dimensions = dimensions;
  }

  /** Those that lie in the space, by their number. Each is placed once, so that 10,000 cost no more than looking at them. */
  placed(history: readonly Trial[]): readonly Placed[] {
    const placed: Placed[] = [];
    for (const trial of history) {
      const point = this.place(trial.params);
      if (point !== 'outside') placed.push({ trial, point });
    }
    return placed.sort((a, b) => a.trial.number - b.trial.number);
  }

  /** The first draw that was not tried; where a hundred are none, one of the combinations that are left, if they can be listed. */
  fresh(tried: readonly Placed[], rng: Rng, draw: () => Params): Params | undefined {
    let drawn = draw();
    for (let left = TRIES; left > 0; left -= 1, drawn = draw()) if (!this.isTried(tried, drawn)) return drawn;
    this.size ??= sizeOf(this.dimensions, LISTED);
    if (this.size === Infinity) return drawn;
    const free = [...gridOf(this.dimensions)].filter((params) => !this.isTried(tried, params));
    return free[Math.floor(rng.uniform() * free.length)];
  }

  isTried(tried: readonly Placed[], params: Params): boolean {
    const point = this.place(params);
    return point !== 'outside' && tried.some((one) => isAt(one.point, point));
  }

  private place(params: Params): Point | 'outside' {
    const known = this.points.get(params);
    if (known !== undefined) return known;
    const point = pointOf(this.dimensions, params) ?? 'outside';
    this.points.set(params, point);
    return point;
  }
}

/** As isSamePoint, which is slower by what a call of a function costs. */
function isAt(one: Point, other: Point): boolean {
  for (let index = 0; index < one.length; index += 1) if (!Object.is(one[index], other[index])) return false;
  return true;
}
