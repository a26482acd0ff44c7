import { readJson } from '../../documents/index.js';
import { isJsonObject, MlError } from '../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../kernel/index.js';
import { readYaml } from '../../manifest/index.js';
import { jsonText } from './json-text.js';

/** A metrics file for parseMetrics, which understands bare NaN and Infinity and refuses them by name. */
export function metricsFileText(metrics: JsonObject): string {
  return `${jsonText(metrics)}\n`;
}

export interface StageMetrics {
  readonly metrics: JsonObject;
  /** Names of values that are no numbers; DVC shows them, and nothing can compare them. */
  readonly leftOut: readonly string[];
}

/** Is a file one that metrics can be read from? */
export function holdsMetrics(file: string): boolean {
  return /\.(?:json|ya?ml)$/.test(file);
}

/**
 * The numbers in the metrics files of a stage; those of several files under the name of the file.
 *
 * @throws MlError ERR_ML_METRICS_INVALID for a file that cannot be read as JSON or YAML.
 */
export function readStageMetrics(
  files: readonly { readonly file: string; readonly text: string }[],
): StageMetrics {
  const leftOut: string[] = [];
  const read = files.map(({ file, text }): readonly [string, JsonValue] => {
    const value = numbersOf(parse(file, text), '', leftOut) ?? {};
    return [nameOf(file), value];
  });
  const [only] = read;
  const metrics = read.length === 1 && isJsonObject(only?.[1]) ? only[1] : Object.fromEntries(read);
  return { metrics, leftOut };
}

function nameOf(file: string): string {
  return file.replace(/\.[^./]+$/, '').replaceAll('/', '.');
}

function parse(file: string, text: string): JsonValue {
  const reading = file.endsWith('.json') ? readJson(text, { nonFinite: true }) : yamlReading(text);
  if (reading.ok && isJsonObject(reading.value)) return reading.value;
  throw new MlError('ERR_ML_METRICS_INVALID', {
    message: `${file}: ${reading.ok ? 'it holds no map of metrics' : reading.message}`,
    fix: 'Write a map of numbers, as JSON or YAML.',
  });
}

function yamlReading(text: string): ReturnType<typeof readJson> {
  const { value, problems } = readYaml(text);
  const [problem] = problems;
  if (problem === undefined && value !== undefined) return { ok: true, value };
  return { ok: false, offset: 0, message: problem?.message ?? 'it is empty', cut: false };
}

/** The numbers in a value, at their places; undefined where there is none. */
function numbersOf(value: JsonValue, name: string, leftOut: string[]): JsonValue | undefined {
  if (typeof value === 'number') return value;
  if (!isJsonObject(value)) {
    leftOut.push(name);
    return undefined;
  }
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const found = numbersOf(item, name === '' ? key : `${name}.${key}`, leftOut);
    return found === undefined ? [] : [[key, found] as const];
  });
  return entries.length === 0 && name !== '' ? undefined : Object.fromEntries(entries);
}
