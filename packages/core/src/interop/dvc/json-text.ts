import { isJsonObject } from '../../kernel/index.js';
import type { JsonValue } from '../../kernel/index.js';
import { portableNumber } from './number-text.js';

/**
 * A value as JSON with numbers that PyYAML does not take for texts. Bare NaN and Infinity are written as Python's json
 * does, so that who reads them can refuse them by name.
 */
export function jsonText(value: JsonValue, indent = ''): string {
  const deeper = `${indent}  `;
  if (typeof value === 'number') return Number.isFinite(value) ? portableNumber(value) : String(value);
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => jsonText(item, deeper));
    return `[${items.join(', ')}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${deeper}${JSON.stringify(key)}: ${jsonText(item, deeper)}`,
  );
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
}
