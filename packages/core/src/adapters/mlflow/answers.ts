import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../kernel/index.js';
import { TransportFailure } from '../http-client/index.js';

export function objectIn(json: JsonObject, key: string): JsonObject {
  const value = valueIn(json, key);
  return isJsonObject(value) ? value : {};
}

/** Of a list that lacks, an empty one: the API leaves it out. */
export function objectsIn(json: JsonObject, key: string): readonly JsonObject[] {
  const value = valueIn(json, key);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function textIn(json: JsonObject, key: string): string | undefined {
  const value = valueIn(json, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** An id, which is sent back as it is. Rejects what is none. */
export function idIn(json: JsonObject, key: string): string {
  const value = valueIn(json, key);
  if (typeof value === 'string' && /^[\w.-]{1,128}$/.test(value)) return value;
  throw new TransportFailure(`an answer without ${key}`, true);
}

/** Tags and metrics: pairs with a key. */
export function pairsIn(json: JsonObject, key: string): ReadonlyMap<string, string> {
  const pairs = objectsIn(json, key).flatMap((pair) => {
    const name = textIn(pair, 'key');
    return name === undefined ? [] : [[name, textIn(pair, 'value') ?? ''] as const];
  });
  return new Map(pairs);
}

function valueIn(json: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(json, key) ? json[key] : undefined;
}
