import { isJsonObject } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { shownValue } from '../manifest/flow-text.js';

export type Scalar = string | number | boolean;

/**
 * What the model said of one example: a line of predictions.jsonl, or a row of predictions.csv or predictions.parquet. Other
 * keys are allowed and not read; null stands for absent, except in `id`.
 */
export interface PredictionRow {
  /** Names the example: baseline and candidate are paired by it. `7` and `"7"` are two. A whole number is below 2^53. */
  readonly id: string | number;
  /** Examples that belong together (a patient, a household, a query) and are not independent of one another. */
  readonly group?: Scalar;
  /** The part of the data that is also judged on its own: `de`, or several by name: `{"lang": "de", "channel": "app"}`. */
  readonly slice?: Scalar | Readonly<Record<string, Scalar>>;
  /** `test` or absent: judged on. Any other name, such as `validation`: free to look at. */
  readonly split?: string;
  /** The truth; any JSON value. For a ranking the relevance of the document, 0 or more. */
  readonly label?: JsonValue;
  /** The model's answer; any JSON value. */
  readonly prediction?: JsonValue;
  /** Certainty of the answer, or one for each class: a map by its name, or a list by its number from 0. */
  readonly score?: number | readonly number[] | Readonly<Record<string, number>>;
  /** Was the answer right? 1 and 0 count as true and false. */
  readonly correct?: boolean | 0 | 1;
  readonly loss?: number;
  /** Milliseconds that the answer took. */
  readonly latency?: number;
  /** The example belongs to a behavioural test, and to no test set. */
  readonly behaviour?: BehaviourMark;
}

interface BehaviourMark {
  /** The test case that ml.yaml declares: `negation`. */
  readonly case: string;
  /** The id of the example that this one was made from. */
  readonly of?: string | number;
}

/** What is wrong with a row, and the mend. */
export interface RowFault {
  readonly what: string;
  readonly fix: string;
}

/** The one definition of what a row may hold, wherever it is read from. */
export function rowFault(row: JsonObject): RowFault | undefined {
  if (!Object.hasOwn(row, 'id') || row['id'] === null)
    return {
      what: 'has no id',
      fix: 'Give every example an id, so that two models can be compared on it.',
    };
  for (const [name, rule] of fields) {
    const fault = fieldFault(name, Object.hasOwn(row, name) ? row[name] : undefined, rule);
    if (fault !== undefined) return fault;
  }
  return Number.isInteger(row['id']) && !Number.isSafeInteger(row['id']) ? inexactId : undefined;
}

type Rule = readonly [allowed: string, check: (value: JsonValue) => boolean];

const isNumber = (value: JsonValue): boolean => typeof value === 'number';
const isScalar = (value: JsonValue): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const isId = (value: JsonValue | undefined): boolean =>
  typeof value === 'string' || typeof value === 'number';

const rules: Readonly<Record<keyof PredictionRow, Rule>> = {
  id: ['a text or a number', isId],
  group: ['a text, a number or a boolean', isScalar],
  slice: [
    'a text, a number or a boolean, or a map of them',
    (value) => isScalar(value) || isMapOf(value, isScalar),
  ],
  split: ['a text', (value) => typeof value === 'string'],
  label: ['a JSON value', () => true],
  prediction: ['a JSON value', () => true],
  score: ['a number, or a list or map of numbers', (value) => isNumber(value) || isNumbers(value)],
  correct: ['true, false, 1 or 0', (value) => typeof value === 'boolean' || value === 0 || value === 1],
  loss: ['a number', isNumber],
  latency: ['milliseconds, 0 or more', (value) => typeof value === 'number' && value >= 0],
  behaviour: ['a map with the name of the case: {"case": "negation", "of": "mail-17"}', isBehaviour],
};
const fields = Object.entries(rules);

function fieldFault(
  name: string,
  value: JsonValue | undefined,
  [allowed, check]: Rule,
): RowFault | undefined {
  if (value === undefined || value === null) return undefined;
  const culprit = culpritIn(value);
  if (culprit !== undefined)
    return { what: `has ${name} = ${culprit}`, fix: `Write finite numbers, or leave ${name} out.` };
  if (check(value)) return undefined;
  return { what: `has ${name} = ${shownValue(value)}`, fix: `${name} must be ${allowed}.` };
}

const inexactId: RowFault = {
  what: 'has an id beyond 2^53, which loses digits',
  fix: 'Write the id as a text, in quotes.',
};

function isMapOf(value: JsonValue, check: (item: JsonValue) => boolean): boolean {
  return isJsonObject(value) && Object.values(value).every((item) => item === null || check(item));
}

function isNumbers(value: JsonValue): boolean {
  return Array.isArray(value)
    ? value.every((item: JsonValue) => isNumber(item))
    : isJsonObject(value) && Object.values(value).every(isNumber);
}

function isBehaviour(value: JsonValue): boolean {
  if (!isJsonObject(value) || typeof value['case'] !== 'string' || value['case'] === '') return false;
  return value['of'] === undefined || value['of'] === null || isId(value['of']);
}

/** What within a value cannot be compared: a number that is not finite, or nesting that no honest row has. */
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
