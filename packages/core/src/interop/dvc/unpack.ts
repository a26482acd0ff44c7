import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject, JsonValue, MlError } from '../../kernel/index.js';
import { pythonNumber } from './number-text.js';

/** `[parsing]` of .dvc/config: how a map in `cmd` becomes options. */
export interface UnpackOptions {
  /** What a false flag becomes: nothing, or `--no-flag`. */
  readonly bool: 'store_true' | 'boolean_optional';
  /** A list as `--xs 1 2`, or as `--xs 1 --xs 2`. */
  readonly list: 'nargs' | 'append';
}

/** `{ lr: 0.1, deep: { n: 2 } }` as `--lr 0.1 --deep.n 2`. */
export function unpackMap(
  map: JsonObject,
  options: UnpackOptions,
  refuse: (message: string, fix: string) => MlError,
): string {
  return flatten(map, '')
    .flatMap(([name, value]) => optionsOf(name, value, { ...options, refuse }))
    .join(' ');
}

interface Unpacking extends UnpackOptions {
  readonly refuse: (message: string, fix: string) => MlError;
}

function optionsOf(name: string, value: JsonValue, { bool, list, refuse }: Unpacking): readonly string[] {
  if (value === true) return [`--${name}`];
  if (value === false) return bool === 'boolean_optional' ? [`--no-${name}`] : [];
  if (!Array.isArray(value)) return [`--${name} ${argument(value)}`];
  const items = (value as readonly JsonValue[]).map((item) => {
    if (typeof item !== 'object' || item === null) return argument(item);
    throw refuse(`\`${name}\` holds a list or map within a list`, 'Use a flat list.');
  });
  if (items.length === 0) return [];
  return list === 'append' ? items.map((item) => `--${name} ${item}`) : [`--${name} ${items.join(' ')}`];
}

function flatten(map: JsonObject, prefix: string): readonly (readonly [string, JsonValue])[] {
  return Object.entries(map).flatMap(([key, value]) =>
    isJsonObject(value) ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value] as const],
  );
}

function argument(value: JsonValue): string {
  if (typeof value === 'string') return shellQuote(value);
  if (typeof value === 'number') return pythonNumber(value);
  return value === null ? 'None' : value === true ? 'True' : 'False';
}

/** One word of `sh`, quoted where it must be. */
export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
