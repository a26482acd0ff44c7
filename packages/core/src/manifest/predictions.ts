import { readJson } from '../documents/index.js';
import { isJsonObject, MlError } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { shownValue } from './flow-text.js';

/**
 * One line of predictions.jsonl: what the model said of one example. Other keys are allowed and not read; null
 * stands for absent, except in `id`.
 */
export interface PredictionLine {
  /** Names the example: baseline and candidate are paired by it. A whole number is below 2^53. */
  readonly id: string | number;
  /** Examples that belong together (a patient, a household) and are not independent of one another. */
  readonly group?: string | number | boolean;
  /** The part of the data that is also judged on its own: `de`. */
  readonly slice?: string | number | boolean;
  /** The truth; any JSON value. */
  readonly label?: JsonValue;
  /** The model's answer; any JSON value. */
  readonly prediction?: JsonValue;
  /** Certainty of the answer, or one for each class as a list or a map. */
  readonly score?: number | readonly number[] | Readonly<Record<string, number>>;
  /** Was the answer right? 1 and 0 count as true and false. */
  readonly correct?: boolean | 0 | 1;
  readonly loss?: number;
}

type Rule = readonly [allowed: string, check: (value: JsonValue) => boolean];

const isNumber = (value: JsonValue): boolean => typeof value === 'number';
const isScalar = (value: JsonValue): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const rules: Readonly<Record<keyof PredictionLine, Rule>> = {
  id: ['a text or a number', (value) => typeof value === 'string' || isNumber(value)],
  group: ['a text, a number or a boolean', isScalar],
  slice: ['a text, a number or a boolean', isScalar],
  label: ['a JSON value', () => true],
  prediction: ['a JSON value', () => true],
  score: ['a number, or a list or map of numbers', (value) => isNumber(value) || isNumbers(value)],
  correct: ['true, false, 1 or 0', (value) => typeof value === 'boolean' || value === 0 || value === 1],
  loss: ['a number', isNumber],
};
const fields = Object.entries(rules);

function isNumbers(value: JsonValue): boolean {
  const items: readonly unknown[] = Array.isArray(value)
    ? value
    : isJsonObject(value)
      ? Object.values(value)
      : [null];
  return items.every((item) => typeof item === 'number');
}

/**
 * Checks a predictions.jsonl line by line, in constant memory. Blank lines are skipped. Whether ids are unique is not
 * looked at here: a training may report an example once an epoch.
 */
export class PredictionsCheck {
  #number = 0;
  #count = 0;
  /** A line that is no JSON: cut short if it turns out to be the last. */
  #broken: { readonly line: number; readonly message: string; readonly cut: boolean } | undefined;

  readonly #where: string;

  /** @param where whose file it is, for messages: `spam-filter:train predictions.jsonl`. */
  constructor(where: string) {
    this.#where = where;
  }

  /**
   * @param text one line without its end.
   * @throws MlError ERR_ML_PREDICTIONS_INVALID naming the line, from 1.
   */
  line(text: string): void {
    this.#number += 1;
    const line = this.#number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
    if (line.trim() === '') return;
    if (this.#broken !== undefined) throw this.#notJson(this.#broken);
    const value = this.#parse(line);
    if (value === undefined) return;
    if (!isJsonObject(value))
      throw this.#invalid(`is ${shownValue(value)} and must be a JSON object`, lineFix);
    this.#checkFields(value);
    this.#count += 1;
  }

  /**
   * To be called after the last line.
   * @returns the number of examples.
   * @throws MlError ERR_ML_PREDICTIONS_INVALID when the last line is cut short.
   */
  end(): number {
    if (this.#broken === undefined) return this.#count;
    const { line, cut } = this.#broken;
    if (!cut) throw this.#notJson(this.#broken);
    const fix = 'Close the file before the command ends: a full disk or a crash also cuts it short.';
    throw this.#invalid('is the last one and cut short', fix, line);
  }

  #parse(line: string): JsonValue | undefined {
    try {
      return JSON.parse(line) as JsonValue;
    } catch {
      const reading = readJson(line, { nonFinite: true });
      if (reading.ok) return reading.value;
      this.#broken = { line: this.#number, message: reading.message, cut: reading.cut };
      return undefined;
    }
  }

  #checkFields(line: JsonObject): void {
    if (!Object.hasOwn(line, 'id') || line['id'] === null)
      throw this.#invalid('has no id', 'Give every example an id, so that two models can be compared on it.');
    for (const [name, [allowed, check]] of fields) {
      const value = Object.hasOwn(line, name) ? line[name] : undefined;
      if (value === undefined || value === null) continue;
      const culprit = culpritIn(value);
      if (culprit !== undefined)
        throw this.#invalid(`has ${name} = ${culprit}`, `Write finite numbers, or leave ${name} out.`);
      if (!check(value))
        throw this.#invalid(`has ${name} = ${shownValue(value)}`, `${name} must be ${allowed}.`);
    }
    if (Number.isInteger(line['id']) && !Number.isSafeInteger(line['id']))
      throw this.#invalid(`has an id beyond 2^53, which loses digits`, 'Write the id as a text, in quotes.');
  }

  #notJson({ line, message }: { readonly line: number; readonly message: string }): MlError {
    return this.#invalid(`is not JSON: ${message}`, lineFix, line);
  }

  #invalid(what: string, fix: string, line = this.#number): MlError {
    return new MlError('ERR_ML_PREDICTIONS_INVALID', {
      message: `${this.#where}: line ${String(line)} ${what}`,
      fix,
    });
  }
}

const lineFix =
  'Write one JSON object a line, for example {"id": "mail-17", "label": "spam", "prediction": "ham"}.';

/** What within a value cannot be compared: a number that is not finite, or nesting that no honest line has. */
function culpritIn(value: JsonValue, depth = 0): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > maxDepth) return `values nested beyond ${String(maxDepth)} levels`;
  for (const item of Object.values(value) as readonly JsonValue[]) {
    const found = culpritIn(item, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const maxDepth = 64;

/**
 * Checks all lines of a predictions.jsonl.
 *
 * @returns the number of examples.
 * @throws MlError ERR_ML_PREDICTIONS_INVALID
 */
export async function checkPredictions(
  lines: Iterable<string> | AsyncIterable<string>,
  where: string,
): Promise<number> {
  const check = new PredictionsCheck(where);
  for await (const line of lines) check.line(line);
  return check.end();
}
