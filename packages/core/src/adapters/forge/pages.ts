import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../kernel/index.js';

const perPage = 100;
/** A request with more comments than that has other troubles. */
const mostPages = 50;

/** All items of a list that comes in pages. */
export async function allPages(page: (query: string) => Promise<unknown>): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for (let number = 1; number <= mostPages; number += 1) {
    const items = await page(`per_page=${String(perPage)}&page=${String(number)}`);
    if (!Array.isArray(items)) return all;
    all.push(...(items as unknown[]));
    if (items.length < perPage) return all;
  }
  return all;
}

export function textIn(json: unknown, key: string): string | undefined {
  const value = valueIn(json, key);
  return typeof value === 'string' ? value : undefined;
}

/** Of a comment. */
export function idIn(json: unknown): string | undefined {
  const value = valueIn(json, 'id');
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

export function objectIn(json: unknown, key: string): JsonObject | undefined {
  const value = valueIn(json, key);
  return isJsonObject(value) ? value : undefined;
}

function valueIn(json: unknown, key: string): JsonValue | undefined {
  return isJsonObject(json) && Object.hasOwn(json, key) ? json[key] : undefined;
}
