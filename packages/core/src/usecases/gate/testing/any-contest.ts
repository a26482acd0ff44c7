import fc from 'fast-check';

import { measureNames } from '../../../evaluation/index.js';
import type { GatePolicy } from '../../../gate/index.js';
import { policy } from '../../../gate/testing/budgets.js';
import type { JsonValue } from '../../../kernel/index.js';

type Row = Readonly<Record<string, JsonValue>>;

/** The lines that two models wrote of the same examples. */
export interface TwoFiles {
  readonly candidate: readonly Row[];
  readonly baseline: readonly Row[];
}

const numbers = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, 0.5, 1e308, -1e308, 5e-324, 2 ** 53),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const shares = fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const scalars = fc.constantFrom('a', 'b', 'constructor', '', 1, '1', true, 1.5, '\ud800');
const anything: fc.Arbitrary<JsonValue> = fc.oneof(scalars, numbers, fc.constant({ k: [1] }));

/** What labels and predictions of one file are. */
const answers: fc.Arbitrary<fc.Arbitrary<JsonValue>> = fc.constantFrom<fc.Arbitrary<JsonValue>>(
  fc.constantFrom('a', 'b'),
  fc.constantFrom(0, 1),
  numbers,
  shares,
  anything,
);

/** One number, or one for each class. */
const scores: fc.Arbitrary<fc.Arbitrary<JsonValue>> = fc.constantFrom<fc.Arbitrary<JsonValue>>(
  numbers,
  shares,
  shares.map((p) => [p, 1 - p]),
  shares.map((p) => ({ a: p, b: 1 - p })),
  shares.map((p) => ({ a: p / 2, b: p / 2, c: 1 - p })),
);

/** Columns that all rows of a file have, or none. */
const columns = fc.record({
  answer: answers,
  score: scores,
  has: fc.record({
    ...{ label: fc.boolean(), prediction: fc.boolean(), score: fc.boolean(), correct: fc.boolean() },
    ...{ group: fc.boolean(), loss: fc.boolean(), latency: fc.boolean() },
  }),
});

/** Any two files that pair: label, group and slices belong to the example, and to both. */
export const twoFiles: fc.Arbitrary<TwoFiles> = columns.chain(({ answer, score, has }) => {
  const given = fc.record({
    ...(has.prediction ? { prediction: answer } : {}),
    ...(has.score ? { score } : {}),
    ...(has.correct ? { correct: fc.boolean() } : {}),
    ...(has.loss ? { loss: numbers } : {}),
    ...(has.latency ? { latency: shares } : {}),
  });
  const example = fc.record({
    ...(has.label ? { label: answer } : {}),
    ...(has.group ? { group: fc.constantFrom(1, 2, '1') } : {}),
    slice: fc.dictionary(fc.constantFrom('lang', 'toString', 's'), scalars),
    split: fc.constantFrom('test', 'test', 'test', 'validation'),
  });
  const rows = fc.array(fc.tuple(example, given, given), { minLength: 1, maxLength: 40 });
  return rows.map((list) => {
    const linesOf = (side: 1 | 2): readonly Row[] =>
      list.map((row, id) => ({ id: id % 2 === 0 ? id : String(id), ...row[0], ...row[side] }));
    return { candidate: linesOf(1), baseline: linesOf(2) };
  });
});

const metric = fc.constantFrom(
  ...measureNames.map((name) =>
    name.replace('CLASS', 'a').replace('@K', '@3').replace('pQ', 'p95').replace('CASE', 'c'),
  ),
  ...['size', 'metrics.loss'],
);

/** Any criteria on any measures, whether the file has them or not. */
export const policies: fc.Arbitrary<GatePolicy> = fc
  .record({
    ...{ primary: metric, margin: metric, gap: metric, floor: metric, isGain: fc.boolean() },
    slice: fc.constantFrom(null, '*', 'lang=*', 's=a'),
  })
  .map(({ slice, primary, ...of }) => ({
    ...policy,
    primary: of.isGain
      ? { test: 'superiority', metric: primary, minEffect: 0.01, better: null }
      : { test: 'non-inferiority', metric: primary, margin: 0.1, better: null, slice: null },
    guardrails: [
      { test: 'non-inferiority', metric: of.margin, margin: 0.2, better: 'lower', slice },
      { test: 'gap', metric: of.gap, across: 'lang', maxGap: 0.1 },
    ],
    floors: [{ test: 'floor', metric: of.floor, limit: 'min', value: 0.1, slice }],
    negativeControl: true,
  }));
