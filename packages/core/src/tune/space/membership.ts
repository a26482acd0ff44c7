import { canonicalJson, isJsonObject } from '../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../kernel/index.js';
import type { Dimension } from './dimension.js';
import type { Params } from './parameter.js';
import { exists } from './point.js';

export type Membership = { readonly params: Params } | { readonly outside: string };

/**
 * Whether a run with the parameters `ran` is one that a study over this space would make, where everything that is not searched
 * stands as in `base`. So a trial of an older space is kept when it still lies in the new one; so is one from before a
 * parameter was searched, at the value that it had.
 *
 * @returns the values of the parameters that exist; or in words what does not fit.
 */
export function membershipOf(
  dimensions: readonly Dimension[],
  ran: JsonObject,
  base: JsonObject,
): Membership {
  const params: Record<string, JsonValue> = {};
  for (const dimension of dimensions) {
    const { name } = dimension.parameter;
    if (!exists(dimension, params)) continue;
    const value = valueAt(ran, name);
    if (value === undefined) return { outside: `${name} is not set` };
    if (dimension.encode(value) === undefined)
      return { outside: `${name} is ${canonicalJson(value)}, which the space does not hold` };
    params[name] = value;
  }
  const names = Object.keys(params).map((name) => name.split('.'));
  return canonicalJson(without(ran, names)) === canonicalJson(without(base, names))
    ? { params }
    : { outside: 'a parameter that is not searched has another value now' };
}

function valueAt(params: JsonObject, name: string): JsonValue | undefined {
  let value: JsonValue | undefined = params;
  for (const key of name.split('.')) {
    if (value === undefined || !isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** What else there is; a map that holds nothing else is left out, since one side may not have it at all. */
function without(params: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const rest: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(params)) {
    const below = paths.filter(([first]) => first === key).map((path) => path.slice(1));
    if (below.some((path) => path.length === 0)) continue;
    const kept = below.length > 0 && isJsonObject(value) ? without(value, below) : value;
    if (below.length === 0 || !isJsonObject(kept) || Object.keys(kept).length > 0) rest[key] = kept;
  }
  return rest;
}
