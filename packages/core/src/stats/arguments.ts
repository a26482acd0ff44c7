import { MlError } from '../kernel/errors.js';

/** Numbers of one kind, in the order in which they were given. */
export type Numbers = readonly number[] | Float64Array;

/** Both lists in one, the left before the right. */
export function joined(left: Numbers, right: Numbers): Float64Array {
  const all = new Float64Array(left.length + right.length);
  all.set(left);
  all.set(right, left.length);
  return all;
}

/** Refuses an argument of a statistical method. */
export function refuse(argument: string, value: unknown, expected: string): never {
  throw new MlError('ERR_ML_STATISTICS_INVALID', {
    message: `${argument} is ${shown(value)}, and must be ${expected}.`,
    fix: `Give ${argument} as ${expected}. A statistic of anything else would be a number without a meaning.`,
  });
}

const SHOWN_LENGTH = 80;

function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || value === undefined) return String(value);
  if (ArrayBuffer.isView(value)) return `an array of ${String(value.byteLength)} bytes`;
  return (
    (JSON.stringify(value, withoutBigints) as string | undefined)?.slice(0, SHOWN_LENGTH) ?? typeof value
  );
}

/** JSON has none, and one in a list of numbers must not break the message about it. */
function withoutBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** A whole number that a double counts exactly. */
export function requireCount(argument: string, value: number, least = 0): void {
  if (!Number.isSafeInteger(value) || value < least)
    refuse(argument, value, `a whole number of at least ${String(least)}`);
}

export function requireFinite(argument: string, value: number): void {
  if (!Number.isFinite(value)) refuse(argument, value, 'a finite number');
}

export function requirePositive(argument: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0) refuse(argument, value, 'a finite number above 0');
}

/** An error rate, a confidence, a power: neither certain nor impossible. */
export function requireBetween0And1(argument: string, value: number): void {
  if (typeof value !== 'number' || !(value > 0 && value < 1)) refuse(argument, value, 'between 0 and 1');
}

/** A share: 0 and 1 are allowed. */
export function requireShare(argument: string, value: number): void {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) refuse(argument, value, 'from 0 to 1');
}

export function requireList(argument: string, value: unknown, least: number): void {
  if (!Array.isArray(value) || value.length < least)
    refuse(argument, value, `a list of at least ${String(least)}`);
}

/** Finite numbers, at least `least` of them. */
export function requireNumbers(argument: string, values: Numbers, least = 1): void {
  if (!Array.isArray(values) && !(values instanceof Float64Array))
    refuse(argument, values, 'an array of numbers');
  if (values.length < least) refuse(`the length of ${argument}`, values.length, `at least ${String(least)}`);
  for (let index = 0; index < values.length; index++)
    if (!Number.isFinite(values[index]))
      refuse(`${argument}[${String(index)}]`, values[index], 'a finite number');
}

export function requireSameLength(argument: string, length: number, expected: number): void {
  if (length !== expected) refuse(`the length of ${argument}`, length, String(expected));
}

/** An argument with a few names for values. */
export function requireOneOf(argument: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value !== 'string' || !allowed.includes(value))
    refuse(argument, value, `one of ${allowed.join(', ')}`);
}
