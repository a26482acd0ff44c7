import { parse, stringify, TomlDate, TomlError } from 'smol-toml';
import type { TomlTable, TomlValue } from 'smol-toml';

import { isJsonObject, MlError } from '../../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../../kernel/index.js';
import type { ParamsReading, Uncarried } from './reading.js';

/**
 * The parameters in a TOML file. The parser keeps no places of values, so that `where` is the file alone.
 *
 * @param file workspace-relative, for messages.
 * @throws MlError ERR_ML_PARAMS_INVALID with line and column.
 */
export function readTomlParams(text: string, file: string): ParamsReading {
  const uncarried: Uncarried[] = [];
  const tell = (name: string, what: string): void => {
    uncarried.push({ kind: 'value', name, where: file, what });
  };
  const values = valueOf(parsed(text, file), '', tell);
  return { values: isJsonObject(values) ? values : {}, classes: [], tuples: [], uncarried };
}

const maxDepth = 64;

function parsed(text: string, file: string): TomlTable {
  try {
    return parse(text.replace(/^\uFEFF/, ''), { integersAsBigInt: 'asNeeded', maxDepth });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The first line of the message says it; the rest shows the place, which terminals link to.
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n', 1);
    throw new MlError('ERR_ML_PARAMS_INVALID', {
      message: `${file}:${String(error.line)}:${String(error.column)} ${reason}`,
      fix: 'Correct the TOML at this place.',
    });
  }
}

type Tell = (name: string, what: string) => void;

/** A value as JSON has it; undefined, and told, where it has none. */
function valueOf(value: TomlValue, name: string, tell: Tell): JsonValue | undefined {
  const reason = beyondJson(value, name);
  if (reason !== undefined) {
    tell(name, reason);
    return undefined;
  }
  if (Array.isArray(value)) return listOf(value, name, tell);
  if (typeof value !== 'object') return typeof value === 'bigint' ? undefined : value;
  const entries = Object.entries(value as TomlTable).flatMap(([key, item]) => {
    const held = valueOf(item, name === '' ? key : `${name}.${key}`, tell);
    return held === undefined ? [] : [[key, held] as const];
  });
  return Object.fromEntries(entries);
}

/** A list is held whole or not at all: its items are known by their position. */
function listOf(items: readonly TomlValue[], name: string, tell: Tell): JsonValue | undefined {
  const reasons: string[] = [];
  const held = items.flatMap((item) => {
    const found = valueOf(item, name, (_, what) => reasons.push(what));
    return found === undefined ? [] : [found];
  });
  const [reason] = reasons;
  if (reason === undefined) return held;
  tell(name, `a list with ${reason}`);
  return undefined;
}

function beyondJson(value: TomlValue, name: string): string | undefined {
  if (value instanceof TomlDate) return 'a date or time';
  if (typeof value === 'bigint') return 'a whole number too large to be held exactly';
  if (typeof value === 'number' && !Number.isFinite(value))
    return `${String(value)}, which JSON does not have`;
  return /(?:^|\.)__proto__$/.test(name) ? 'a name that no map in JSON can hold' : undefined;
}

/** @throws MlError ERR_ML_PARAMS_INVALID for null, which TOML does not have. */
export function tomlText(params: JsonObject, file: string): string {
  const empty = nullIn(params, '');
  if (empty === undefined) return stringify(params);
  throw new MlError('ERR_ML_PARAMS_INVALID', {
    message: `${file}: the parameter ${empty} is null, which TOML does not have`,
    fix: 'Give it a value in ml.yaml, or take it out.',
  });
}

/** The name of the first null. */
function nullIn(value: JsonValue, name: string): string | undefined {
  if (value === null) return name;
  if (typeof value !== 'object') return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = nullIn(item, name === '' ? key : `${name}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
