import type { JsonObject, JsonValue } from '../../kernel/index.js';

/** Values of tuned parameters by their names; a parameter that does not exist for others' values has none. */
export type TrialValues = Readonly<Record<string, JsonValue>>;

/** The value of a parameter: `optimizer.rate` is `rate` in the map `optimizer`. */
export function paramAt(params: JsonObject, name: string): JsonValue | undefined {
  return name.split('.').reduce<JsonValue | undefined>((value, key) => fieldOf(value, key), params);
}

/** Parameters with these values in place of whatever the tuned parameters were; one without a value is not there. */
export function withValues(params: JsonObject, names: readonly string[], values: TrialValues): JsonObject {
  return names.reduce((changed, name) => withParam(changed, name.split('.'), valueIn(values, name)), params);
}

/** Parameters apart into those that are tuned and the others. */
export function partParams(
  params: JsonObject,
  names: readonly string[],
): { readonly values: TrialValues; readonly others: JsonObject } {
  const values = names.flatMap((name) => {
    const value = paramAt(params, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { values: Object.fromEntries(values), others: withValues(params, names, {}) };
}

function valueIn(values: TrialValues, name: string): JsonValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function withParam(
  params: JsonObject,
  [key = '', ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonObject {
  if (rest.length === 0) return withField(params, key, value);
  const inner = fieldOf(params, key);
  if (value === undefined && !isMap(inner)) return params;
  const changed = withParam(isMap(inner) ? inner : {}, rest, value);
  // A map that held tuned parameters alone is there or not as they are.
  return withField(params, key, Object.keys(changed).length === 0 ? undefined : changed);
}

function withField(params: JsonObject, key: string, value: JsonValue | undefined): JsonObject {
  const others = Object.entries(params).filter(([name]) => name !== key);
  if (value === undefined) return Object.fromEntries(others);
  // In place where it stood: whoever reads the parameters finds them in the order in which they were written.
  return Object.hasOwn(params, key)
    ? Object.fromEntries(Object.entries(params).map(([name, old]) => [name, name === key ? value : old]))
    : Object.fromEntries([...others, [key, value]]);
}

function fieldOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isMap(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
