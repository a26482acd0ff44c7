import { isMlError, messageOf, MlError } from '../../kernel/errors.js';
import { referenceMethods } from './methods.js';

/** One line of a file of reference values; the format is told in stats/fixtures/references/README.md. */
export interface ReferenceCase {
  readonly method: string;
  readonly input: unknown;
  readonly expected: unknown;
  readonly tolerance: { readonly rel: number; readonly abs: number };
}

/**
 * The cases of a file: a list of them.
 *
 * @throws ERR_ML_DOCUMENT_INVALID for anything else, with the place.
 */
export function parseCases(text: string, file: string): readonly ReferenceCase[] {
  const parsed = parsedJson(text, file);
  if (!Array.isArray(parsed)) throw notCases(file, 'is no list');
  return parsed.map((one: unknown, index) => {
    if (isCase(one)) return one;
    throw notCases(`${file}[${String(index)}]`, 'has not the four keys method, input, expected, tolerance');
  });
}

function parsedJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notCases(file, `is no JSON: ${messageOf(error)}`);
  }
}

function isCase(one: unknown): one is ReferenceCase {
  return (
    isObject(one) &&
    typeof one['method'] === 'string' &&
    isObject(one['input']) &&
    isObject(one['expected']) &&
    isObject(one['tolerance']) &&
    isTolerance(one['tolerance']['rel']) &&
    isTolerance(one['tolerance']['abs'])
  );
}

function isTolerance(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function notCases(where: string, what: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${where} ${what}.`,
    fix: 'A file of reference values is a JSON list of {method, input, expected, tolerance: {rel, abs}}.',
  });
}

export interface CaseOutcome {
  readonly passed: boolean;
  /** What came instead, for whoever reads the failure. */
  readonly got: unknown;
}

/** Runs a case. A method that nothing here serves has failed, and so has one that throws anything but a refusal. */
export function runCase({ method, input, expected, tolerance }: ReferenceCase): CaseOutcome {
  const serve = Object.hasOwn(referenceMethods, method) ? referenceMethods[method] : undefined;
  if (serve === undefined) return { passed: false, got: 'unknown method' };
  try {
    const got = serve(decoded(input));
    return { passed: agrees(got, decoded(expected), tolerance), got };
  } catch (error) {
    const refused = isMlError(error) && error.code === 'ERR_ML_STATISTICS_INVALID';
    const got = refused ? { error: error.message } : { bug: messageOf(error) };
    return { passed: refused && isObject(expected) && expected['error'] === true, got };
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NAMED = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** JSON has no names for these numbers, so that the files write them as strings. */
function decoded(value: unknown): unknown {
  if (typeof value === 'string') return NAMED.get(value) ?? value;
  if (Array.isArray(value)) return value.map(decoded);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, decoded(member)]));
}

type Tolerance = ReferenceCase['tolerance'];

/** Every expected key has its value; more keys are allowed. What is marked degenerate must have no p that could pass. */
function agrees(got: unknown, expected: unknown, tolerance: Tolerance): boolean {
  if (typeof expected === 'number') return typeof got === 'number' && near(got, expected, tolerance);
  if (Array.isArray(expected))
    return (
      Array.isArray(got) &&
      got.length === expected.length &&
      expected.every((member, index) => agrees(got[index], member, tolerance))
    );
  if (!isObject(expected)) return got === expected;
  if (!isObject(got) || (expected['degenerate'] === true && couldPass(got))) return false;
  return Object.entries(expected).every(([key, member]) => agrees(got[key], member, tolerance));
}

function near(got: number, expected: number, { rel, abs }: Tolerance): boolean {
  if (!Number.isFinite(expected)) return Object.is(got, expected);
  return Math.abs(got - expected) <= abs + rel * Math.abs(expected);
}

const P_VALUES = new Set([
  'p',
  'twoSided',
  'greater',
  'less',
  'pNonInferior',
  'pNonSuperior',
  'pTost',
  'tTwoSided',
  'fP',
]);

function couldPass(got: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(got).some(([key, value]) => P_VALUES.has(key) && value !== 1);
}
