import { canonicalJson } from '../../kernel/index.js';
import type { JsonValue } from '../../kernel/index.js';
import { levelsOf, roundedTo } from './decimal.js';
import type { ChoiceParameter, FloatParameter, IntParameter, Parameter, Space } from './parameter.js';

/**
 * One parameter as samplers see it: a place from 0 to 1. Places of a parameter with finitely many values fall into cells, one a
 * value; a value is encoded as the middle of its cell.
 */
export interface Dimension {
  readonly parameter: Parameter;
  /** How many values there are; infinite for a float without a step. */
  readonly count: number;
  /** The place of a value; undefined for one that the parameter cannot have. */
  readonly encode: (value: JsonValue) => number | undefined;
  /** The value at a place, which is held within 0 to 1. Of what `encode` gave for a value of `decode`, that value. */
  readonly decode: (place: number) => JsonValue;
  /** From where to where the places have the same value; undefined where there are no cells. */
  readonly cell?: (place: number) => readonly [number, number];
  /** Of finitely many, the value with this number from 0 on; undefined where there are no cells. */
  readonly at?: (index: number) => JsonValue;
}

export function dimensionsOf(space: Space): readonly Dimension[] {
  return space.parameters.map(dimensionOf);
}

export function dimensionOf(parameter: Parameter): Dimension {
  if (parameter.kind === 'choice') return choices(parameter);
  if (parameter.kind === 'int') return parameter.log ? logIntegers(parameter) : steps(parameter);
  return parameter.step === undefined ? numbers(parameter) : steps({ ...parameter, step: parameter.step });
}

function choices(parameter: ChoiceParameter): Dimension {
  const places = new Map(parameter.choices.map((choice, index) => [canonicalJson(choice), index]));
  return cells(parameter, {
    count: parameter.choices.length,
    at: (index) => parameter.choices[index] ?? null,
    indexOf: (value) => places.get(canonicalJson(value)),
  });
}

function steps(parameter: Parameter & { low: number; high: number; step: number }): Dimension {
  const levels = levelsOf(parameter.low, parameter.high, parameter.step);
  if ('last' in levels)
    throw new RangeError(`${parameter.name}: steps do not reach ${String(parameter.high)}`);
  return cells(parameter, {
    ...levels,
    indexOf: (value) => (isNumber(value) ? levels.indexOf(value) : undefined),
  });
}

interface Values {
  readonly count: number;
  readonly at: (index: number) => JsonValue;
  readonly indexOf: (value: JsonValue) => number | undefined;
}

/** So many values are kept: a sampler asks for each of them thousands of times, and decimals are slow. */
const KEPT = 1000;

function cells(parameter: Parameter, { count, at, indexOf }: Values): Dimension {
  const values = count > KEPT ? undefined : Array.from({ length: count }, (_, index) => at(index));
  const indexes = new Map(values?.map((value, index) => [value, index]));
  const indexAt = (place: number): number => Math.min(count - 1, Math.max(0, Math.floor(place * count)));
  return {
    parameter,
    count,
    at,
    encode: (value) => {
      const index = indexes.get(value) ?? indexOf(value);
      return index === undefined ? undefined : (index + 0.5) / count;
    },
    decode: (place) => values?.[indexAt(place)] ?? at(indexAt(place)),
    cell: (place) => [indexAt(place) / count, (indexAt(place) + 1) / count],
  };
}

/** Cells from v - 1/2 to v + 1/2, as long as they are on a logarithmic scale: 1 is as likely as it should be. */
function logIntegers(parameter: IntParameter): Dimension {
  const { low, high } = parameter;
  const [from, to] = [Math.log(low - 0.5), Math.log(high + 0.5)];
  const place = (value: number): number => (Math.log(value) - from) / (to - from);
  const valueAt = (at: number): number =>
    Math.min(high, Math.max(low, Math.round(Math.exp(from + held(at) * (to - from)))));
  return {
    parameter,
    count: high - low + 1,
    at: (index) => low + index,
    encode: (value) =>
      isNumber(value) && Number.isSafeInteger(value) && value >= low && value <= high
        ? place(value)
        : undefined,
    decode: valueAt,
    cell: (at) => [Math.max(0, place(valueAt(at) - 0.5)), Math.min(1, place(valueAt(at) + 0.5))],
  };
}

/** Digits beyond which no training tells two values apart, and a person reading a diff of parameters neither. */
const DIGITS = 6;

function numbers(parameter: FloatParameter): Dimension {
  const { low, high, log } = parameter;
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const exponent = magnitude(high - low) - DIGITS;
  const rounded = (value: number): number =>
    log ? roundedTo(value, magnitude(value) - DIGITS) : roundedTo(value, exponent);
  return {
    parameter,
    count: low === high ? 1 : Infinity,
    encode: (value) =>
      isNumber(value) && value >= low && value <= high
        ? held(((log ? Math.log(value) : value) - from) / (to - from || 1))
        : undefined,
    decode: (place) => {
      const at = from * (1 - held(place)) + to * held(place);
      return Math.min(high, Math.max(low, rounded(log ? Math.exp(at) : at)));
    },
  };
}

function magnitude(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
}

function held(place: number): number {
  return Math.min(1, Math.max(0, place));
}

function isNumber(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
