import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { digestOf } from '../../kernel/index.js';
import { Evaluation } from '../evaluation.js';
import type { BehaviourCase } from '../behaviour.js';
import { testSetDigest } from '../test-set-digest.js';
import { examplesOf } from '../testing/predictions-of.js';
import { decodeEvaluationReport, encodeEvaluationReport } from './report-document.js';
import { emptyRunReport } from './empty-run-report.js';
import { runReport } from './run-report.js';

const rows = [
  ...Array.from({ length: 80 }, (_, id) => ({
    id,
    label: id % 2 === 0 ? 'spam' : 'ham',
    prediction: id % 2 === 0 || id % 5 === 0 ? 'spam' : 'ham',
    slice: { lang: id % 4 === 0 ? 'de' : 'en' },
    ...(id % 8 < 6 ? {} : { split: 'validation' }),
  })),
  { id: 'made', behaviour: { case: 'typos', of: 0 }, prediction: 'ham' },
];
const behaviour: readonly BehaviourCase[] = [
  { name: 'typos', test: 'invariance', min: 0.9 },
  { name: 'names', test: 'minimum' },
];
const predictions = digestOf('predictions');

async function report(sealed: boolean) {
  const evaluation = new Evaluation(await examplesOf(rows), { behaviour });
  return runReport({ seed: 1, predictions, evaluation, sealed });
}

describe('runReport', () => {
  it('tells every measure of the test set alone, by slice, and the behavioural tests', async () => {
    const told = await report(false);
    expect(told.examples).toEqual({ test: 60, free: 20, behaviour: 1 });
    expect(told.testSet).toBe(testSetDigest(await examplesOf(rows)));
    expect(told.measures.map(({ name }) => name)).toEqual([
      'accuracy',
      'balanced_accuracy',
      'f1.macro',
      'precision.ham',
      'recall.ham',
      'precision.spam',
      'recall.spam',
    ]);
    expect(told.measures[0]).toMatchObject({ value: 0.9, n: 60, interval: { method: 'wilson' } });
    expect(told.slices.map(({ key, value, n, measures }) => [key, value, n, measures[0]?.value])).toEqual([
      ['lang', 'en', 40, 0.85],
      ['lang', 'de', 20, 1],
    ]);
    expect(told.behaviour).toEqual([
      expect.objectContaining({ case: 'typos', n: 1, passed: 0, min: 0.9, met: false }),
      {
        case: 'names',
        n: 0,
        passed: null,
        interval: null,
        min: 1,
        met: false,
        why: 'no example belongs to the behavioural test names',
      },
    ]);
  });

  it('of a sealed test set it tells what it is, and nothing that was measured on it', async () => {
    const told = await report(true);
    expect(told.examples).toEqual({ test: 60, free: 20, behaviour: 1 });
    expect(new Set(told.measures.map(({ n }) => n))).toEqual(new Set([20]));
    const onlyTest = new Evaluation(await examplesOf(rows.filter((row) => !('split' in row))));
    const nothing = runReport({ seed: 1, predictions, evaluation: onlyTest, sealed: true });
    expect(nothing).toMatchObject({ measures: [], slices: [], behaviour: [] });
    expect(JSON.stringify(nothing)).not.toContain('value');
  });

  it('where there is no test set it tells figures of the others', async () => {
    const free = new Evaluation(await examplesOf(rows.filter((row) => 'split' in row)));
    const told = runReport({ seed: 1, predictions, evaluation: free, sealed: false });
    expect(new Set(told.measures.map(({ n }) => n))).toEqual(new Set([20]));
  });

  it('is a document of its own', async () => {
    const document = {
      formatVersion: 1 as const,
      project: 'spam-filter',
      of: digestOf('what it was made of'),
      sealed: false,
      runs: [await report(false), emptyRunReport(2, { predictions: null, why: 'it left no predictions' })],
    };
    const bytes = encodeEvaluationReport(document);
    expect(
      encodeEvaluationReport({ ...document, runs: [await report(false), ...document.runs.slice(1)] }),
    ).toEqual(bytes);
    expect(decodeEvaluationReport(bytes)).toEqual(document);
    for (const wrong of [
      '{}',
      bytes.toString().replace('"formatVersion":1', '"formatVersion":2'),
      bytes.toString().replace('"n":60', '"n":-60'),
    ])
      expect(() => decodeEvaluationReport(Buffer.from(wrong))).toThrow(
        expect.objectContaining({ code: 'ERR_ML_DOCUMENT_INVALID' }) as Error,
      );
  });

  it('is a document whatever the predictions say', async () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 0, max: 3 }),
    );
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('a', 'b', 'x'.repeat(2000)),
      number,
      fc.boolean(),
      fc.constant([1]),
    );
    const shape = fc.record({
      label: fc.boolean(),
      prediction: fc.boolean(),
      score: fc.boolean(),
      loss: fc.boolean(),
      group: fc.boolean(),
      latency: fc.boolean(),
      correct: fc.boolean(),
    });
    const row = fc.record({
      label: value,
      prediction: value,
      score: number,
      loss: number,
      group: fc.nat(3),
      latency: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      correct: fc.boolean(),
    });
    const slice = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean()), { maxKeys: 2 });
    const rows = fc.array(fc.tuple(row, slice), { maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(shape, rows, async (columns, list) => {
        const given = list.map(([one, ofSlice], id) => ({
          id,
          slice: ofSlice,
          ...Object.fromEntries(Object.entries(one).filter(([key]) => columns[key as keyof typeof columns])),
        }));
        const evaluation = new Evaluation(await examplesOf(given), { behaviour });
        const told = runReport({ seed: 1, predictions, evaluation, sealed: false });
        const document = {
          formatVersion: 1 as const,
          project: 'm',
          of: predictions,
          sealed: false,
          runs: [told],
        };
        expect(decodeEvaluationReport(encodeEvaluationReport(document))).toEqual(document);
      }),
    );
  });

  it('reads what was written by the first version', () => {
    const bytes = readFileSync(join(__dirname, '../fixtures/evaluation-report.v1.json'));
    const { runs } = decodeEvaluationReport(bytes);
    expect(runs[0]?.measures[0]?.name).toBe('accuracy');
  });
});
