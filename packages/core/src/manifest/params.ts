import { readJson } from '../documents/index.js';
import { positionAt } from '../documents/index.js';
import { isJsonObject, MlError } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { readYaml } from './read-yaml.js';

/**
 * Reads a params file, JSON when its name ends in .json and YAML 1.2 otherwise, as strictly as an ml.yaml: a key
 * used twice, a number that is not finite or not exact, or anything that is no map is refused.
 *
 * JSON has one kind of number: `1.0` reaches the code as `1`. Code that tells the two apart converts on its own
 * (`float(params["alpha"])` in Python).
 *
 * @param file workspace-relative, for messages and for the ending.
 * @throws MlError ERR_ML_PARAMS_INVALID with file, line and column.
 */
export function parseParamsFile(text: string, file: string): JsonObject {
  const reading = file.endsWith('.json') ? readStrictJson(text) : readYaml(text);
  const [problem, ...others] = [...reading.problems].sort((a, b) => a.offset - b.offset);
  if (problem !== undefined)
    throw invalid({
      text,
      file,
      ...problem,
      others: others.slice(0, 49).map(({ offset, message }) => place(text, file, offset) + message),
    });
  if (isJsonObject(reading.value)) return reading.value;
  const message = `the file holds ${Array.isArray(reading.value) ? 'a list' : 'a single value'} and must hold a map of parameters`;
  throw invalid({ text, file, offset: 0, message, fix: 'Write one `name: value` for each parameter.' });
}

interface JsonReading {
  readonly value: JsonValue | undefined;
  readonly problems: readonly { readonly offset: number; readonly message: string; readonly fix: string }[];
}

function readStrictJson(text: string): JsonReading {
  const reading = readJson(text);
  if (reading.ok) return { value: reading.value, problems: [] };
  return { value: undefined, problems: [{ ...reading, fix: 'Correct the JSON at this place.' }] };
}

interface InvalidParams {
  readonly text: string;
  readonly file: string;
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
  readonly others?: readonly string[];
}

function invalid({ text, file, offset, message, fix, others = [] }: InvalidParams): MlError {
  return new MlError('ERR_ML_PARAMS_INVALID', {
    message: place(text, file, offset) + message,
    fix,
    detail: others,
  });
}

function place(text: string, file: string, offset: number): string {
  const { line, column } = positionAt(text, offset);
  return `${file}:${String(line)}:${String(column)} `;
}

/**
 * Lays parameters over others: where both have a map under a key, key by key; everything else is replaced, lists
 * as a whole.
 */
export function mergeParams(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isJsonObject(below) && isJsonObject(value) ? mergeParams(below, value) : value;
  }
  return merged;
}
