import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Evaluation, isNone } from '../evaluation.js';
import type { EvaluationOptions } from '../evaluation.js';
import { ordinaryRows } from '../examples.js';
import { influences, valueOf } from '../level.js';
import { examplesOf } from '../testing/predictions-of.js';
import { applicable, measureNamed } from './catalogue.js';

interface Case {
  readonly rows: readonly object[];
  readonly expected: Readonly<Record<string, number>>;
}

const cases = JSON.parse(readFileSync(join(__dirname, '../fixtures/scikit-learn.json'), 'utf8')) as Readonly<
  Record<string, Case>
>;

async function measured(rows: readonly object[], name: string, options: EvaluationOptions = {}) {
  const evaluation = new Evaluation(await examplesOf(rows), options);
  const terms = measureNamed(name)?.terms(evaluation, ordinaryRows(evaluation.examples));
  if (terms === undefined) throw new Error(`${name} is no measure`);
  return isNone(terms) ? terms.why : valueOf(terms);
}

const named = async (rows: readonly object[]) => {
  const evaluation = new Evaluation(await examplesOf(rows));
  return applicable(evaluation, ordinaryRows(evaluation.examples)).map(({ name }) => name);
};

const without = (row: object, key: string): object =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== key));

describe('measures', () => {
  it.each(
    Object.entries(cases).flatMap(([title, { rows, expected }]) =>
      Object.entries(expected).map(([name, value]) => ({ title, name, value, rows })),
    ),
  )('scikit-learn agrees: $title, $name = $value', async ({ rows, name, value }) => {
    const evaluation = new Evaluation(await examplesOf(rows));
    const terms = measureNamed(name)?.terms(evaluation, ordinaryRows(evaluation.examples));
    if (terms === undefined || isNone(terms) || terms.kind === 'value')
      throw new Error(JSON.stringify(terms));
    expect(valueOf(terms)).toBeCloseTo(value, 12);
    const values = influences(terms);
    expect(values.reduce((sum, one) => sum + one, 0) / values.length).toBeCloseTo(value, 12);
  });

  it('says which the columns can tell', async () => {
    const reported = await Promise.all(Object.values(cases).map(({ rows }) => named(rows)));
    expect(reported).toEqual([
      [
        'accuracy',
        'balanced_accuracy',
        'f1.macro',
        'precision.ham',
        'recall.ham',
        'precision.spam',
        'recall.spam',
        'auc',
        'log_loss',
        'brier',
        'ece',
      ],
      [
        'accuracy',
        'balanced_accuracy',
        'f1.macro',
        'precision.0',
        'recall.0',
        'precision.1',
        'recall.1',
        'precision.2',
        'recall.2',
        'recall.3',
        'log_loss',
        'brier',
        'ece',
      ],
      ['mae', 'rmse', 'r2', 'mape'],
      ['ndcg@10'],
    ]);
    expect(await named([{ id: 1, correct: true, latency: 3 }])).toEqual([
      'accuracy',
      'latency.p50',
      'latency.p95',
      'latency.p99',
      'throughput',
    ]);
    expect(await named([{ id: 1, loss: 2 }])).toEqual(['loss']);
    expect(await named([{ id: 1, label: 1.5 }])).toEqual([]);
    expect(await named([])).toEqual([]);
  });

  it('what was written as right counts, whatever label and prediction look like', async () => {
    const rows = [
      { id: 1, label: [1], prediction: [1, 2], correct: 1 },
      { id: 2, label: { a: 1 }, prediction: { a: 1 }, correct: false },
    ];
    expect(await measured(rows, 'accuracy')).toBe(0.5);
    expect(
      await measured(
        rows.map((row) => without(row, 'correct')),
        'accuracy',
      ),
    ).toBe(0.5);
  });

  it('one score is that of the answer or of the positive class, as the answers show', async () => {
    const ofPositive = [
      { id: 1, label: 'a', prediction: 'a', score: 0.1 },
      { id: 2, label: 'b', prediction: 'b', score: 0.9 },
      { id: 3, label: 'b', prediction: 'a', score: 0.3 },
      { id: 4, label: 'a', prediction: 'b', score: 0.7 },
      { id: 5, label: 'a', prediction: 'a', score: 0.2 },
    ];
    const ofAnswer = ofPositive.map((row) =>
      row.prediction === 'b' ? row : { ...row, score: 1 - row.score },
    );
    const auc = await measured(ofPositive, 'auc');
    expect(auc).toBeCloseTo(5 / 6, 12);
    expect(await measured(ofAnswer, 'auc')).toBeCloseTo(5 / 6, 12);
    expect(await measured(ofAnswer, 'log_loss')).toBeCloseTo(
      Number(await measured(ofPositive, 'log_loss')),
      12,
    );
    const others = ofPositive.map((row) => ({ ...row, score: 1 - row.score }));
    expect(await measured(others, 'auc', { positive: 'a' })).toBeCloseTo(5 / 6, 12);
    expect(await measured(ofPositive, 'auc', { positive: 'a' })).toContain(
      'whether score speaks of the answer',
    );
    expect(
      await measured(
        ofPositive.map((row) => ({ ...without(row, 'prediction'), score: row.score * 20 - 10 })),
        'auc',
      ),
    ).toBe(auc);
    const unclear = [...ofPositive.slice(0, 2), { id: 9, label: 'a', prediction: 'a', score: 0.95 }];
    expect(await measured(unclear, 'auc')).toContain('whether score speaks of the answer or of one class');
  });

  it.each([
    [
      'auc',
      [
        { label: 'a', score: 0.1 },
        { label: 'a', score: 0.2 },
      ],
      'two classes, and there are 1',
    ],
    [
      'auc',
      [
        { label: 'a', score: { a: 1, c: 0 } },
        { label: 'b', score: { a: 1, c: 0 } },
      ],
      'no entry for the class "b"',
    ],
    [
      'log_loss',
      [
        { label: 0, score: 3 },
        { label: 1, score: 0.2 },
      ],
      'no probabilities',
    ],
    [
      'log_loss',
      [{ label: 'x', score: { a: 0.2, b: 0.3, c: 0.5 } }],
      'some labels are no class that score names',
    ],
    ['brier', [{ label: 'a', score: { a: 2, b: 0.3, c: 0.5 } }], 'no probabilities'],
    ['mape', [{ label: 0, prediction: 0.1 }], 'not defined where a label is 0'],
    [
      'r2',
      [
        { label: 2, prediction: 0.1 },
        { label: 2, prediction: 1 },
      ],
      'all labels are the same',
    ],
    ['mae', [{ label: 'a', prediction: 1 }], 'needs a number'],
    ['precision.b', [{ label: 'b', prediction: 'a' }], 'no answer of the class'],
    ['recall.c', [{ label: 'b', prediction: 'a' }], 'is the class c'],
    ['ndcg@5', [{ label: -1, score: 1, group: 1 }], 'a relevance is below 0'],
    ['ndcg@5', [{ label: 1, score: 1 }], 'the query as `group`'],
    ['latency.p95', [{ label: 1 }], 'needs `latency`'],
    ['throughput', [{ latency: 0 }], 'above 0'],
    ['loss', [{ label: 1 }], 'needs `loss`'],
    ['accuracy', [{ label: 1 }], 'needs `correct`'],
    ['behaviour.negation', [{ label: 1 }], 'declares no behavioural test negation'],
  ])('%s of %j is not defined', async (name, rows, why) => {
    expect(
      await measured(
        rows.map((row, id) => ({ id, ...row })),
        name,
      ),
    ).toContain(why);
  });

  it('latency percentiles are those of numpy, throughput that of one after the other', async () => {
    const rows = [5, 1, 4, 2, 3].map((latency, id) => ({ id, latency }));
    expect(await measured(rows, 'latency.p50')).toBe(3);
    expect(await measured(rows, 'latency.p95')).toBeCloseTo(4.8, 12);
    expect(await measured(rows, 'latency.p0')).toBe(1);
    expect(await measured(rows, 'throughput')).toBeCloseTo(1000 / 3, 12);
  });

  it('knows no other names', () => {
    for (const name of [
      '',
      'acc',
      'ndcg',
      'ndcg@0',
      'latency',
      'latency.p101',
      'precision',
      'precision.',
      'toString',
      'metrics.accuracy',
    ])
      expect(measureNamed(name)).toBeUndefined();
    for (const name of [
      'f1.macro',
      'precision.macro',
      'recall.spam',
      'ndcg@5',
      'latency.p99.9',
      'behaviour.a b',
    ])
      expect(measureNamed(name)?.name).toBe(name);
  });
});
