import { isMlError } from '../../kernel/errors.js';
import type { Rng } from '../../kernel/rng.js';
import { seededRng } from '../../kernel/rng.js';
import * as stats from '../index.js';
import { referenceMethods } from './methods.js';
import { exampleInputs } from './testing/example-inputs.js';

/** Numbers on which formulas break, and what is no number at all. */
const NASTY: readonly unknown[] = [
  Number.NaN,
  Infinity,
  -Infinity,
  -0,
  0,
  1,
  -1,
  0.5,
  2,
  1e-300,
  5e-324,
  -5e-324,
  1e300,
  -1e300,
  1.7976931348623157e308,
  Number.MAX_SAFE_INTEGER,
  Number.EPSILON,
  1 - Number.EPSILON / 2,
  1 + Number.EPSILON,
  2 ** 31,
  1e9,
  100,
  3,
  null,
  undefined,
  '1',
  'NaN',
  '',
  true,
  [],
  {},
  [1],
  [Number.NaN],
  ['1'],
  1n,
];

const pick = <T>(rng: Rng, from: readonly T[]): T => from[Math.floor(rng.uniform() * from.length)] as T;

/** A list with a member changed, dropped, doubled or all of it alike; or no list. */
function nastyList(rng: Rng, list: readonly unknown[]): unknown {
  const place = Math.floor(rng.uniform() * list.length);
  const changes = [
    () => list.with(place, pick(rng, NASTY)),
    () => list.toSpliced(place, 1),
    () => [...list, pick(rng, list)],
    () => list.map(() => pick(rng, NASTY)),
    () => list.map(() => list[0]),
    () =>
      list.map((member) =>
        typeof member === 'number' ? member * pick(rng, [1e300, 1e-310, 1e160, -1]) : member,
      ),
    () => list.map((member) => (Array.isArray(member) ? nastyList(rng, member) : member)),
    () => [],
    () => pick(rng, NASTY),
  ];
  return list.length === 0 ? pick(rng, NASTY) : pick(rng, changes)();
}

function nastier(rng: Rng, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...input };
  const keys = Object.keys(input);
  for (let change = 0; change <= rng.uniform() * 2; change++) {
    const key = pick(rng, keys);
    const value = changed[key];
    changed[key] = Array.isArray(value) ? nastyList(rng, value) : pick(rng, NASTY);
  }
  return changed;
}

function holdsNaN(value: unknown): boolean {
  if (typeof value === 'number') return Number.isNaN(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNaN);
}

/** Every p that a result names lies in [0, 1]. */
function impossibleP(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, member]) =>
      /^(p|greater|less|.*[tT]woSided|oneSided.*|midP|pTost|pNon.*|power)$/.test(key) &&
      typeof member === 'number' &&
      !(member >= 0 && member <= 1 + 1e-9),
  );
}

const rng = seededRng(7);
const others: Readonly<Record<string, (input: never) => unknown>> = {
  nonInferiorityMean: stats.nonInferiorityMean,
  clopperPearsonLower: (input: never) => ({ lower: stats.clopperPearsonLower(input) }),
  clopperPearsonUpper: (input: never) => ({ upper: stats.clopperPearsonUpper(input) }),
  connorSampleSize: (input: never) => ({ n: stats.connorSampleSize(input) }),
  pairedPermutation: stats.pairedPermutation,
  bcaOfCounts: (input: object) =>
    stats.bcaInterval({
      ...input,
      statistic: (counts: Float64Array) => (counts[0] ?? 0) / (counts[1] ?? 0),
      rng,
    } as never),
  bcaOfIndices: (input: object) =>
    stats.bcaInterval({ ...input, statistic: (indices: Int32Array) => Math.max(...indices), rng } as never),
};

/** What a nasty input did wrong; null where it was refused, or answered without NaN. */
function wrong(serve: (input: never) => unknown, input: unknown): string | null {
  try {
    const result = serve(input as never);
    const degenerate =
      typeof result === 'object' && result !== null && 'degenerate' in result && result.degenerate === true;
    if (holdsNaN(result) && !degenerate) return 'gave NaN';
    return impossibleP(result) ? 'gave a p outside [0, 1]' : null;
  } catch (error) {
    return isMlError(error) && error.code === 'ERR_ML_STATISTICS_INVALID' ? null : `threw ${String(error)}`;
  }
}

describe('10,000 nasty inputs', () => {
  it('are refused, or answered without NaN, and never end in a bug', () => {
    const methods = { ...referenceMethods, ...others };
    const names = Object.keys(methods);
    const failures: unknown[] = [];
    for (let round = 0; round < 10_000; round++) {
      const name = names[round % names.length] ?? '';
      const input = nastier(rng, pick(rng, exampleInputs[name] ?? []));
      const problem = wrong(methods[name] as (input: never) => unknown, input);
      if (problem !== null) failures.push({ name, problem, input });
    }
    expect(failures).toEqual([]);
  });
});
