import { canonicalJson, isJsonObject } from '../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../kernel/index.js';
import { nearestWord } from '../../manifest/nearest-word.js';
import { levelsOf } from './decimal.js';
import type { Condition, Parameter } from './parameter.js';
import { shown } from './problem.js';
import type { SpaceProblem } from './problem.js';

/** What one entry of a space says, or what is wrong with it; paths from the entry on. */
export type Read = { readonly parameter: Parameter } | { readonly problems: readonly SpaceProblem[] };

class Fault extends Error {
  constructor(readonly problem: SpaceProblem) {
    super(problem.message);
  }
}

const KINDS = ['float', 'int', 'choice'] as const;
const KEYS = [...KINDS, 'log', 'step', 'when'] as const;
const SHAPE =
  'Write `{ float: [0, 1] }`, `{ int: [1, 10] }`, with `log: true` or `step` where wanted, or a list of choices.';

/** A list is short for a map with `choice`. */
export function readParameter(name: string, entry: JsonValue): Read {
  const written = Array.isArray(entry) ? { choice: entry as readonly JsonValue[] } : entry;
  try {
    if (!isJsonObject(written)) throw fault([], `${shown(entry)} says no values`, SHAPE);
    return { parameter: parameterOf(name, written) };
  } catch (error) {
    if (error instanceof Fault) return { problems: [error.problem] };
    throw error;
  }
}

function parameterOf(name: string, written: JsonObject): Parameter {
  for (const key of Object.keys(written)) requireKnown(key);
  const kinds = KINDS.filter((kind) => written[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw fault([], kind === undefined ? 'no float, int or choice' : `both ${kinds.join(' and ')}`, SHAPE);
  const when = conditionsOf(written['when']);
  if (kind === 'choice') return { kind, name, when, choices: choicesOf(written) };
  const [low, high] = boundsOf(kind, written);
  const log = logOf(kind, written, low);
  const step = stepOf(kind, written, [low, high]);
  return kind === 'int'
    ? { kind, name, when, low, high, log, step: step ?? 1 }
    : { kind, name, when, low, high, log, ...(step === undefined ? {} : { step }) };
}

function requireKnown(key: string): void {
  if ((KEYS as readonly string[]).includes(key)) return;
  const nearest = nearestWord(key, KEYS);
  const fix = nearest === undefined ? `Known are ${KEYS.join(', ')}.` : `Did you mean \`${nearest}\`?`;
  throw fault([key], 'unknown key', fix);
}

function choicesOf({ choice, log, step }: JsonObject): readonly JsonValue[] {
  if (log !== undefined || step !== undefined)
    throw fault(
      [log === undefined ? 'step' : 'log'],
      'choices have no order',
      'Leave it out, or search a float or int.',
    );
  if (!Array.isArray(choice) || choice.length === 0)
    throw fault(['choice'], `${shown(choice)} is no list of values`, 'List at least one value.');
  const choices = choice as readonly JsonValue[];
  const texts = choices.map((value) => canonicalJson(value));
  const twice = texts.find((text, index) => texts.indexOf(text) < index);
  if (twice !== undefined) throw fault(['choice'], `${twice} is listed twice`, 'Keep one of the two.');
  return choices;
}

function boundsOf(kind: 'float' | 'int', written: JsonObject): readonly [number, number] {
  const bounds = written[kind];
  const [low, high] = Array.isArray(bounds) && bounds.length === 2 ? (bounds as readonly JsonValue[]) : [];
  const isNumber = kind === 'int' ? Number.isSafeInteger : Number.isFinite;
  if (!isNumber(low) || !isNumber(high))
    throw fault(
      [kind],
      `${shown(bounds)} is not a lowest and a highest ${kind === 'int' ? 'whole number' : 'number'}`,
      `Write \`${kind}: [1, 10]\`.`,
    );
  const [from, to] = [Number(low) + 0, Number(high) + 0];
  if (from > to)
    throw fault(
      [kind],
      `${shown(bounds)} has its highest first`,
      `Write \`${kind}: [${String(to)}, ${String(from)}]\`.`,
    );
  if (to - from > Number.MAX_VALUE || (kind === 'int' && !Number.isSafeInteger(to - from)))
    throw fault([kind], `${shown(bounds)} is too wide`, 'Choose bounds that are nearer to one another.');
  return [from, to];
}

function logOf(kind: 'float' | 'int', { log, step }: JsonObject, low: number): boolean {
  if (log === undefined || log === false) return false;
  if (log !== true) throw fault(['log'], `${shown(log)} is neither true nor false`, 'Write `log: true`.');
  if (step !== undefined && !(kind === 'int' && step === 1))
    throw fault(['step'], 'a step on a logarithmic scale', 'Leave out one of `log` and `step`.');
  const least = kind === 'int' ? 1 : 0;
  if (low < least || low === 0)
    throw fault(
      [kind],
      `${String(low)} has no place on a logarithmic scale`,
      `Begin ${kind === 'int' ? 'at 1 or above' : 'above 0'}, or leave out \`log\`.`,
    );
  return true;
}

function stepOf(
  kind: 'float' | 'int',
  { step }: JsonObject,
  [low, high]: readonly [number, number],
): number | undefined {
  if (step === undefined) return undefined;
  const isNumber = kind === 'int' ? Number.isSafeInteger : Number.isFinite;
  if (!isNumber(step) || Number(step) <= 0)
    throw fault(
      ['step'],
      `${shown(step)} is no step`,
      `Write a ${kind === 'int' ? 'whole ' : ''}number above 0.`,
    );
  const by = Number(step);
  const levels = levelsOf(low, high, by);
  if ('last' in levels)
    throw fault(
      ['step'],
      `steps of ${String(by)} from ${String(low)} do not reach ${String(high)}`,
      `Write \`${kind}: [${String(low)}, ${String(levels.last)}]\`, or another step.`,
    );
  if (!Number.isSafeInteger(levels.count))
    throw fault(['step'], `${String(by)} is too fine to be counted`, 'Leave out the step.');
  return by;
}

/** `kernel: rbf` or `kernel: [rbf, poly]`. */
function conditionsOf(when: JsonValue | undefined): readonly Condition[] {
  if (when === undefined) return [];
  if (!isJsonObject(when) || Object.keys(when).length === 0)
    throw fault(['when'], `${shown(when)} names no parameter`, 'Write `when: { kernel: rbf }`.');
  return Object.entries(when)
    .map(([parameter, value]) => ({ parameter, values: valuesOf(parameter, value) }))
    .sort((a, b) => (a.parameter < b.parameter ? -1 : 1));
}

function valuesOf(parameter: string, value: JsonValue): readonly JsonValue[] {
  const values = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (values.length === 0)
    throw fault(
      ['when', parameter],
      'an empty list of values',
      'List the values, or leave the condition out.',
    );
  const texts = values.map((one) => canonicalJson(one));
  return [...new Set(texts)].sort().map((text) => JSON.parse(text) as JsonValue);
}

function fault(path: readonly string[], message: string, fix: string): Fault {
  return new Fault({ path, message, fix });
}
