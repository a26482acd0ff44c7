import { readJson } from '../documents/index.js';
import { positionAt } from '../documents/index.js';
import type { StepName } from '../documents/index.js';
import { isJsonObject, MlError } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { shownValue } from './flow-text.js';

/** Whose metrics these are, for messages. */
export interface MetricsContext {
  readonly project: string;
  readonly step: StepName;
  readonly seed: number | null;
}

const maxMetrics = 10_000;

/**
 * Reads what a command left as metrics.json: a JSON object of finite numbers, flat or nested, as DVC and MLflow
 * users write it. Nested names are joined with a dot: `{"test": {"f1": 0.9}}` is `{"test.f1": 0.9}`. Anything else
 * than a number or an object is refused, since a gate could not compare it; at most 10,000 metrics.
 *
 * @throws MlError ERR_ML_METRICS_NOT_FINITE naming the first metric that is NaN or infinite (bare NaN and Infinity
 *   tokens, as Python's json.dumps writes them, are understood), ERR_ML_METRICS_MISSING for an object without any
 *   metric, ERR_ML_METRICS_INVALID for everything else.
 */
export function parseMetrics(text: string, context: MetricsContext): Readonly<Record<string, number>> {
  const reading = readJson(text, { nonFinite: true });
  if (!reading.ok) throw unreadable(text, reading, context);
  if (!isJsonObject(reading.value)) throw invalid(context, ` ${typeName(reading.value)}`, objectFix);
  const metrics: Record<string, number> = {};
  for (const [name, value] of leaves(reading.value, '', context)) addMetric(metrics, name, value, context);
  const count = Object.keys(metrics).length;
  if (count === 0) throw missing(context);
  if (count > maxMetrics)
    throw invalid(context, ` ${String(count)} metrics`, `Write at most ${String(maxMetrics)}.`);
  return metrics;
}

const objectFix = 'Write a JSON object of numbers, for example {"accuracy": 0.97}.';

function* leaves(
  object: JsonObject,
  prefix: string,
  context: MetricsContext,
): Generator<[string, JsonValue]> {
  for (const [key, value] of Object.entries(object)) {
    if (key === '') throw invalid(context, ' a metric without a name', 'Give every metric a name.');
    const name = prefix + key;
    if (name.length > 500)
      throw invalid(
        context,
        ` a name of ${String(name.length)} characters`,
        'Use names of at most 500 characters.',
      );
    if (isJsonObject(value)) yield* leaves(value, `${name}.`, context);
    else yield [name, value];
  }
}

function addMetric(
  metrics: Record<string, number>,
  name: string,
  value: JsonValue,
  context: MetricsContext,
): void {
  if (typeof value !== 'number')
    throw invalid(context, ` ${name} = ${shownValue(value)}`, valueFix(name, value));
  if (!Number.isFinite(value)) throw notFinite(name, value, context);
  if (name === '__proto__' || Object.hasOwn(metrics, name))
    throw invalid(
      context,
      ` the metric ${name} twice`,
      'Keep one of the two: nested names are joined with a dot.',
    );
  metrics[name] = value;
}

function valueFix(name: string, value: JsonValue): string {
  if (typeof value === 'boolean') return `Write ${value ? '1' : '0'} instead, or leave ${name} out.`;
  if (value === null) return `Leave ${name} out, or write a number: null often stands for a NaN.`;
  if (Array.isArray(value))
    return `Write one number a name instead: "${name}": {"first": ..., "second": ...}.`;
  const isNumber = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  return isNumber
    ? `Write ${name} without quotes.`
    : `Leave ${name} out: metrics are numbers. A text can go into a file of the model folder.`;
}

function notFinite(name: string, value: number, context: MetricsContext): MlError {
  return new MlError('ERR_ML_METRICS_NOT_FINITE', {
    message: `${context.project}: ${context.step} wrote ${name} = ${String(value)} to metrics.json${seedText(context)}`,
    fix: 'A metric that is not a number cannot be compared. Look at the end of the log, or leave the metric out.',
  });
}

function missing(context: MetricsContext): MlError {
  return new MlError('ERR_ML_METRICS_MISSING', {
    message: `${context.project}: ${context.step} wrote a metrics.json without any metric${seedText(context)}`,
    fix: `${objectFix} A step that has none says "metrics: optional" in ml.yaml.`,
  });
}

interface Unreadable {
  readonly offset: number;
  readonly message: string;
  readonly cut: boolean;
}

function unreadable(text: string, { offset, message, cut }: Unreadable, context: MetricsContext): MlError {
  const { line, column } = positionAt(text, offset);
  if (text.trim() === '') return invalid(context, ' an empty metrics.json', objectFix, true);
  const what = cut ? ' a metrics.json that is cut short' : ' a metrics.json that is not JSON';
  const fix = cut
    ? 'Close the file before the command ends: a full disk or a crash also cuts it short.'
    : objectFix;
  return invalid(context, `${what}, line ${String(line)} column ${String(column)}: ${message}`, fix, true);
}

function invalid(context: MetricsContext, what: string, fix: string, whole = false): MlError {
  const where = whole ? '' : ' to metrics.json';
  return new MlError('ERR_ML_METRICS_INVALID', {
    message: `${context.project}: ${context.step} wrote${what}${where}${seedText(context)}`,
    fix,
  });
}

function typeName(value: JsonValue): string {
  return Array.isArray(value) ? 'a list' : shownValue(value);
}

function seedText({ seed }: MetricsContext): string {
  return seed === null ? '' : ` (seed ${String(seed)})`;
}
