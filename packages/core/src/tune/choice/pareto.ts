import type { Direction } from '../samplers/sampler.js';

/** Whether the first is as good everywhere and better somewhere; both to be minimised. */
function dominates(one: readonly number[], other: readonly number[]): boolean {
  let isBetter = false;
  for (let index = 0; index < one.length; index += 1) {
    const [a, b] = [one[index] ?? 0, other[index] ?? 0];
    if (a > b) return false;
    if (a < b) isBetter = true;
  }
  return isBetter;
}

/** The values as all of them are to be minimised; NaN is the worst there is. */
export function minimised(values: readonly number[], directions: readonly Direction[]): readonly number[] {
  return directions.map((direction, index) => {
    const value = values[index] ?? NaN;
    if (Number.isNaN(value)) return Infinity;
    return direction === 'maximize' ? -value : value;
  });
}

/** Indexes, rising, of those that none dominates: the Pareto front. Of equal ones, all. Rows are to be minimised. */
export function frontOf(rows: readonly (readonly number[])[]): readonly number[] {
  const order = [...rows.keys()].sort((a, b) => byValues(rows[a] ?? [], rows[b] ?? []) || a - b);
  const front: number[] = [];
  // In this order none is dominated by one that comes later.
  for (const index of order) {
    const row = rows[index] ?? [];
    if (!front.some((other) => dominates(rows[other] ?? [], row))) front.push(index);
  }
  return front.sort((a, b) => a - b);
}

function byValues(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = Math.sign(value - (other[index] ?? 0));
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

/**
 * The best `count` by non-domination: front after front, and of the last one that fits in part those with the most room around them
 * (the crowding distance of Deb et al. 2002), so that the ends of a front are never lost. Best first. Rows are to be minimised.
 */
export function bestByFronts(rows: readonly (readonly number[])[], count: number): readonly number[] {
  const best: number[] = [];
  let left = [...rows.keys()];
  while (best.length < count && left.length > 0) {
    const front = frontOf(left.map((index) => rows[index] ?? [])).map((at) => left[at] ?? 0);
    const room = roomAround(front.map((index) => rows[index] ?? []));
    const order = [...front.keys()].sort((a, b) => (room[b] ?? 0) - (room[a] ?? 0) || a - b);
    best.push(...order.map((at) => front[at] ?? 0));
    const taken = new Set(front);
    left = left.filter((index) => !taken.has(index));
  }
  return best.slice(0, count);
}

function roomAround(rows: readonly (readonly number[])[]): readonly number[] {
  const room = rows.map(() => 0);
  for (let objective = 0; objective < (rows[0]?.length ?? 0); objective += 1) {
    const value = (at: number | undefined): number => rows[at ?? 0]?.[objective] ?? 0;
    const order = [...rows.keys()].sort((a, b) => Math.sign(value(a) - value(b)) || a - b);
    const width = value(order.at(-1)) - value(order[0]);
    order.forEach((at, rank) => {
      const isEnd = rank === 0 || rank === order.length - 1;
      const gap = isEnd ? Infinity : (value(order[rank + 1]) - value(order[rank - 1])) / width;
      room[at] = (room[at] ?? 0) + (gap > 0 ? gap : 0);
    });
  }
  return room;
}
