import { canonicalJson } from '../../kernel/index.js';
import type { JsonValue } from '../../kernel/index.js';
import type { Dimension } from './dimension.js';
import type { Params } from './parameter.js';

/** A place for each dimension of a space; NaN where the parameter does not exist. */
export type Point = Float64Array;

/** Whether a parameter exists beside these values of those on which it hangs. */
export function exists({ parameter }: Dimension, params: Params): boolean {
  return parameter.when.every(({ parameter: other, values }) => {
    const value = Object.hasOwn(params, other) ? params[other] : undefined;
    return value !== undefined && values.some((one) => isSame(one, value));
  });
}

function isSame(one: JsonValue, other: JsonValue): boolean {
  return one === other || (typeof one === 'object' && canonicalJson(one) === canonicalJson(other));
}

/**
 * Values for the parameters that exist, in the order in which their existence is known.
 *
 * @param place asked once for each dimension that exists, in order; `soFar` holds the values of those before it.
 */
export function paramsFrom(
  dimensions: readonly Dimension[],
  place: (index: number, soFar: Params) => number,
): Params {
  const params: Record<string, JsonValue> = {};
  dimensions.forEach((dimension, index) => {
    if (exists(dimension, params)) params[dimension.parameter.name] = dimension.decode(place(index, params));
  });
  return params;
}

/** Where parameters stand; undefined where they do not lie in the space: one too many, missing, or out of its bounds. */
export function pointOf(dimensions: readonly Dimension[], params: Params): Point | undefined {
  const point = new Float64Array(dimensions.length).fill(NaN);
  let known = 0;
  for (const [index, dimension] of dimensions.entries()) {
    const { name } = dimension.parameter;
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if ((value !== undefined) !== exists(dimension, params)) return undefined;
    if (value === undefined) continue;
    const place = dimension.encode(value);
    if (place === undefined) return undefined;
    point[index] = place;
    known += 1;
  }
  return known === Object.keys(params).length ? point : undefined;
}

export function isSamePoint(one: Point, other: Point): boolean {
  return one.every((place, index) => Object.is(place, other[index]));
}
