import { isMlError } from '../../kernel/errors.js';
import { referenceMethods } from './methods.js';

/** One line of a file of reference values; the format is told in stats/fixtures/references/README.md. */
export interface ReferenceCase {
  readonly method: string;
  readonly input: unknown;
  readonly expected: unknown;
  readonly tolerance: { readonly rel: number; readonly abs: number };
}

export interface CaseOutcome {
  readonly passed: boolean;
  /** What came instead, for whoever reads the failure. */
  readonly got: unknown;
}

/** Runs a case; a method that nothing here serves has failed. */
export function runCase({ method, input, expected, tolerance }: ReferenceCase): CaseOutcome {
  const serve = Object.hasOwn(referenceMethods, method) ? referenceMethods[method] : undefined;
  if (serve === undefined) return { passed: false, got: 'unknown method' };
  try {
    const got = serve(decoded(input));
    return { passed: agrees(got, decoded(expected), tolerance), got };
  } catch (error) {
    if (!isMlError(error)) throw error;
    return { passed: isObject(expected) && expected['error'] === true, got: { error: error.message } };
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
