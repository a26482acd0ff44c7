import fc from 'fast-check';

import { seededRng } from '../kernel/rng.js';
import { delongPaired } from '../stats/index.js';
import { Evaluation } from './evaluation.js';
import { testRows } from './examples.js';
import { levelOf, valueOf } from './level.js';
import { measureNamed, measureNames } from './measures/catalogue.js';
import type { Measure } from './measures/measure.js';
import { pairExamples, pairsIn } from './pair-examples.js';
import { sampleOf } from './paired-sample.js';
import type { PairedInput } from './paired-sample.js';
import { examplesOf } from './testing/predictions-of.js';

const measure = (name: string): Measure => {
  const found = measureNamed(name);
  if (found === undefined) throw new Error(`${name} is no measure`);
  return found;
};

async function sides(candidate: readonly object[], baseline: readonly object[]): Promise<PairedInput> {
  const [own, other] = [await examplesOf(candidate), await examplesOf(baseline)];
  const pairs = pairExamples(own, other);
  if (!pairs.ok) throw new Error(pairs.why);
  return { candidate: new Evaluation(own), baseline: new Evaluation(other), pairs };
}

const sample = async (name: string, ...rows: Parameters<typeof sides>) =>
  sampleOf(measure(name), await sides(...rows));

/** Two models that answer the same questions, each in its own way and order. */
function twoModels(n: number, { grouped = true } = {}) {
  const rng = seededRng(7);
  const candidate: object[] = [];
  const baseline: object[] = [];
  for (let id = 0; id < n; id++) {
    const label = rng.uniform() < 0.4 ? 'spam' : 'ham';
    const group = grouped ? { group: Math.floor(id / 3) } : {};
    const common = { id, label, ...group, slice: { lang: id % 3 === 0 ? 'de' : 'en' } };
    const answer = (skill: number): object => {
      const p = Math.min(1, Math.max(0, 0.5 + (label === 'spam' ? skill : -skill) + (rng.uniform() - 0.5)));
      return {
        ...common,
        prediction: p >= 0.5 ? 'spam' : 'ham',
        score: { ham: 1 - p, spam: p },
        loss: 1 - p,
      };
    };
    candidate.push(answer(0.3));
    baseline.unshift(answer(0.2));
  }
  return [candidate, baseline] as const;
}

describe('sampleOf', () => {
  it('counts right answers of both, and of each alone', async () => {
    const row = (id: string, prediction: number, group: string) => ({ id, label: 1, prediction, group });
    const candidate = [
      row('a', 1, 'x'),
      row('b', 1, 'x'),
      row('c', 0, 'y'),
      row('d', 1, 'y'),
      row('e', 2, 'z'),
    ];
    const baseline = [
      row('e', 3, 'z'),
      row('a', 1, 'x'),
      row('b', 0, 'x'),
      row('c', 1, 'y'),
      row('d', 0, 'y'),
    ];
    expect(await sample('accuracy', candidate, baseline)).toEqual({
      kind: 'binary',
      n: 5,
      // d, b, c differ in being right; e differs in the wrong answer too, which no label is needed to see.
      disagreement: { share: 0.8, labelFree: true },
      candidateOnly: 2,
      baselineOnly: 1,
      bothRight: 1,
      groupWins: Int32Array.of(1, 0, 0),
    });
  });

  it('without answers, what differs is told from the outcome', async () => {
    const rows = (correct: readonly number[]) => correct.map((right, id) => ({ id, correct: right }));
    expect(await sample('accuracy', rows([1, 0, 1, 1]), rows([0, 0, 1, 1]))).toEqual({
      kind: 'binary',
      n: 4,
      disagreement: { share: 0.25, labelFree: false },
      candidateOnly: 1,
      baselineOnly: 0,
      bothRight: 2,
    });
  });

  it.each(['log_loss', 'brier', 'loss', 'ece'])('%s: the mean difference is the gain', async (name) => {
    const found = await sample(name, ...twoModels(120));
    if (found.kind !== 'mean') throw new Error(JSON.stringify(found));
    const mean = found.differences.reduce((sum, value) => sum + value, 0) / found.n;
    expect(mean).toBeCloseTo(found.baselineMean - found.candidateMean, 12);
    expect(found.groups?.[5]).toBe(1);
    expect(found.disagreement.labelFree).toBe(true);
  });

  it.each(['rmse', 'r2', 'mae', 'mape'])('%s of numbers: the mean difference is the gain', async (name) => {
    const labels = [3, 5, 8, 13, 2];
    const rows = (errors: readonly number[]) =>
      labels.map((label, id) => ({ id, label, prediction: label + (errors[id] ?? 0) }));
    const [candidate, baseline] = [rows([1, 0, -1, 0.5, 0]), rows([2, -1, -1, 0, 1])];
    const [found, exchanged] = [
      await sample(name, candidate, baseline),
      await sample(name, baseline, candidate),
    ];
    if (found.kind !== 'mean' || exchanged.kind !== 'mean') throw new Error(JSON.stringify(found));
    const mean = found.differences.reduce((sum, value) => sum + value, 0) / found.n;
    const gain = found.candidateMean - found.baselineMean;
    expect(mean).toBeCloseTo(name === 'r2' ? gain : -gain, 12);
    expect(mean).toBeGreaterThan(0);
    expect(exchanged.differences).toEqual(found.differences.map((value) => 0 - value));
    expect(found.disagreement).toEqual({ share: 0.8, labelFree: true });
  });

  it.each(['f1.macro', 'balanced_accuracy', 'precision.spam', 'f1.ham'])(
    '%s is told by how often each combination occurs',
    async (name) => {
      const input = await sides(...twoModels(200, { grouped: false }));
      const found = sampleOf(measure(name), input);
      if (found.kind !== 'table') throw new Error(JSON.stringify(found));
      expect(found.counts.reduce((sum, count) => sum + count, 0)).toBe(200);
      expect(found.gain(found.counts)).toBeCloseTo(found.candidate - found.baseline, 15);
      const { counts, exchanged = new Int32Array(0) } = found;
      expect([...exchanged].map((place) => exchanged[place])).toEqual([...counts.keys()]);
      const turned = Float64Array.from(exchanged, (place) => counts[place] ?? NaN);
      expect(found.gain(turned)).toBeCloseTo(found.baseline - found.candidate, 15);
      const terms = measure(name).terms(input.baseline, input.pairs.baseline);
      expect(terms.kind === 'table' && valueOf(terms)).toBeCloseTo(found.baseline, 15);
      expect(found.gain(found.counts.map((count) => 3 * count))).toBeCloseTo(
        found.candidate - found.baseline,
        12,
      );
    },
  );

  it('of classes that only one of the two ever answers, both stay apart', async () => {
    const rows = (predictions: readonly unknown[]) =>
      predictions.map((prediction, id) => ({ id, label: ['a', 'b', 'a'][id], prediction }));
    const found = await sample('f1.macro', rows(['a', 'b', 1]), rows(['a', '1', 'z']));
    expect(found.kind === 'table' && [found.candidate, found.baseline, found.disagreement.share]).toEqual([
      (2 / 3 + 1 + 0) / 3,
      (2 / 3 + 0 + 0 + 0) / 4,
      2 / 3,
    ]);
  });

  it('auc hands over the scores of the positive class', async () => {
    const input = await sides(...twoModels(150, { grouped: false }));
    const found = sampleOf(measure('auc'), input);
    if (found.kind !== 'auc') throw new Error(JSON.stringify(found));
    const { aucA, aucB, varA } = delongPaired({
      labels: found.labels,
      scoresA: found.candidateScores,
      scoresB: found.baselineScores,
    });
    const level = levelOf(measure('auc'), input.candidate, input.pairs.candidate);
    if (level.kind !== 'level') throw new Error(JSON.stringify(level));
    const mean = level.values.reduce((sum, value) => sum + value, 0) / 150;
    const variance = level.values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 150 / 149;
    expect(mean).toBeCloseTo(aucA, 12);
    expect(aucA).toBeGreaterThan(aucB);
    expect(variance / varA).toBeCloseTo(1, 1);
  });

  it.each(['auc', 'f1.macro', 'recall.spam'])('%s of groups is told example by example', async (name) => {
    const found = await sample(name, ...twoModels(200));
    if (found.kind !== 'mean') throw new Error(found.kind);
    const mean = found.differences.reduce((sum, value) => sum + value, 0) / found.n;
    expect(mean).toBeCloseTo(found.candidateMean - found.baselineMean, 12);
    expect(found.groups?.[199]).toBe(66);
    const apart = sampleOf(measure(name), await sides(...twoModels(200, { grouped: false })));
    expect(found.disagreement).toEqual('disagreement' in apart && apart.disagreement);
  });

  it('ndcg is compared query by query', async () => {
    const rows = (scores: readonly number[]) =>
      scores.map((score, id) => ({ id, group: id % 2, label: [3, 0, 1, 2][id], score }));
    const found = await sample('ndcg@2', rows([4, 3, 2, 5]), rows([1, 3, 2, 1]));
    expect(found).toMatchObject({ kind: 'mean', n: 2, candidateMean: 1 });
    expect(found.kind === 'mean' && found.differences.every((value) => value > 0)).toBe(true);
  });

  it('what is measured once is compared as it is', async () => {
    const rows = (latency: number) => [{ id: 1, latency }];
    expect(await sample('latency.p95', rows(3), rows(4))).toEqual({
      kind: 'value',
      candidate: 3,
      baseline: 4,
    });
  });

  it('says what is missing on which side', async () => {
    const found = await sample('loss', [{ id: 1, loss: 1 }], [{ id: 1 }]);
    expect(found).toEqual({ kind: 'none', why: 'loss of the baseline: it needs `loss` of every example' });
  });

  it('judges a part of the pairs alone', async () => {
    const input = await sides(...twoModels(30));
    const pairs = pairsIn(input.candidate.examples, input.pairs, [{ key: 'lang', value: 'de' }]);
    expect(sampleOf(measure('accuracy'), { ...input, pairs })).toMatchObject({ kind: 'binary', n: 10 });
    expect([...pairs.candidate].map((row) => input.candidate.examples.ids[row])).toEqual(
      [...pairs.baseline].map((row) => input.baseline.examples.ids[row]),
    );
  });
});

describe('whatever predictions say', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: 0, max: 2 }),
  );
  const latency = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
  const value = fc.oneof(fc.constantFrom('a', 'b'), number);
  const answer = fc.record({ prediction: value, score: number, loss: number, latency });
  const example = fc.record({ label: value, group: fc.nat(3), own: answer, other: answer });
  const ofNumber = fc.record({ prediction: number, score: number });
  const measurement = fc.record({ label: number, group: fc.nat(3), own: ofNumber, other: ofNumber });
  const lists = fc.oneof(fc.array(example, { maxLength: 30 }), fc.array(measurement, { maxLength: 30 }));
  const columns = fc.subarray(['label', 'group', 'prediction', 'score', 'loss', 'latency'] as const);
  const names = measureNames.map((name) =>
    name.replace('CLASS', 'a').replace('@K', '@3').replace('pQ', 'p95').replace('CASE', 'a'),
  );

  it('no sample holds a number that is none', async () => {
    await fc.assert(
      fc.asyncProperty(lists, columns, async (list, kept) => {
        const rows = (side: 'own' | 'other') =>
          list.map(({ label, group, [side]: answers }, id) => ({
            id,
            ...Object.fromEntries(
              Object.entries({ label, group, ...answers }).filter(([key]) =>
                kept.some((name) => name === key),
              ),
            ),
          }));
        const input = await sides(rows('own'), rows('other'));
        for (const name of names) {
          const level = levelOf(measure(name), input.candidate, input.pairs.candidate);
          for (const found of [sampleOf(measure(name), input), level])
            expect([name, ...numbersIn(found).filter((one) => !Number.isFinite(one))]).toEqual([name]);
        }
      }),
    );
  });
});

function numbersIn(sample: object): readonly number[] {
  return Object.values(sample).flatMap((value: unknown): readonly number[] => {
    if (typeof value === 'number') return [value];
    if (value instanceof Float64Array) return [...value];
    return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) ? numbersIn(value) : [];
  });
}

describe('levelOf', () => {
  it('is a proportion, numbers that point up, or a value', async () => {
    const evaluation = new Evaluation(
      await examplesOf([
        { id: 1, correct: 1, loss: 2, latency: 5, group: 'a' },
        { id: 2, correct: 0, loss: 3, latency: 7, group: 'b' },
        { id: 3, correct: 1, loss: 4, latency: 9, group: 'a', split: 'validation' },
      ]),
    );
    const rows = testRows(evaluation.examples);
    expect(levelOf(measure('accuracy'), evaluation, rows)).toEqual({
      kind: 'level',
      values: Float64Array.of(1, 0),
      groups: Int32Array.of(0, 1),
    });
    const apart = new Evaluation(await examplesOf([1, 0, 1].map((correct, id) => ({ id, correct }))));
    expect(levelOf(measure('accuracy'), apart, testRows(apart.examples))).toEqual({
      kind: 'proportion',
      successes: 2,
      n: 3,
    });
    expect(levelOf(measure('loss'), evaluation, rows)).toEqual({
      kind: 'level',
      values: Float64Array.of(-2, -3),
      groups: Int32Array.of(0, 1),
    });
    expect(levelOf(measure('latency.p50'), evaluation, rows)).toEqual({
      kind: 'value',
      candidate: 6,
      baseline: undefined,
    });
    expect(levelOf(measure('mae'), evaluation, rows).kind).toBe('none');
  });
});
