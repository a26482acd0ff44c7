import type { JsonValue } from '../../kernel/index.js';
import type { Dimension } from './dimension.js';
import type { Params } from './parameter.js';
import { exists } from './point.js';

/** How many values a grid takes of a float without a step. */
const CUTS = 5;

/**
 * All combinations, each once, the last parameter fastest; lazily, since there may be more than anybody wants. A float without a
 * step has `cuts` values at even places from its low to its high end; an integer with more than `cuts` as well, when `cuts` is given.
 */
export function* gridOf(dimensions: readonly Dimension[], cuts?: number): Generator<Params> {
  yield* combinations(dimensions, cuts, {});
}

function* combinations(
  dimensions: readonly Dimension[],
  cuts: number | undefined,
  params: Params,
): Generator<Params> {
  const [first, ...rest] = dimensions;
  if (first === undefined) yield params;
  else if (!exists(first, params)) yield* combinations(rest, cuts, params);
  else
    for (const value of valuesOf(first, cuts))
      yield* combinations(rest, cuts, { ...params, [first.parameter.name]: value });
}

function* valuesOf(dimension: Dimension, cuts: number | undefined): Generator<JsonValue> {
  const { parameter, count, at } = dimension;
  if (at !== undefined && (parameter.kind === 'choice' || count <= (cuts ?? Infinity))) {
    for (let index = 0; index < count; index += 1) yield at(index);
    return;
  }
  const wanted = Math.min(count, cuts ?? CUTS);
  for (const value of new Set(
    Array.from({ length: wanted }, (_, cut) => dimension.decode(even(cut, wanted))),
  ))
    yield value;
}

function even(cut: number, of: number): number {
  return of === 1 ? 0.5 : cut / (of - 1);
}

/**
 * How many combinations there are, counted to `limit` at most, and Infinity where a parameter has a value for every number and where
 * there are more.
 */
export function sizeOf(dimensions: readonly Dimension[], limit: number): number {
  if (dimensions.some(({ count }) => count > limit)) return Infinity;
  let size = 0;
  const all = gridOf(dimensions);
  while (all.next().done !== true) if ((size += 1) > limit) return Infinity;
  return size;
}
