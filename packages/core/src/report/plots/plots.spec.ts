import { Evaluation, runReport } from '../../evaluation/index.js';
import { examplesOf } from '../../evaluation/testing/predictions-of.js';
import { digestOf } from '../../kernel/index.js';
import type { Answers } from '../movement.js';
import type { Plot } from './plot.js';
import { plotsOf } from './plots-of.js';
import { plotText } from './plot-text.js';

async function answersOf(answers: readonly object[]): Promise<Answers> {
  const rows = answers.map((row, id) => ({ id, ...row }));
  const evaluation = new Evaluation(await examplesOf(rows));
  return {
    evaluation,
    figures: runReport({ seed: 1, predictions: digestOf('x'), evaluation, sealed: false }),
  };
}

const kinds = (plots: readonly Plot[]): readonly string[] => plots.map(({ kind }) => kind);

describe('Plots', () => {
  const scored = [0.9, 0.8, 0.7, 0.6, 0.3, 0.2].map((score, index) => ({
    ...{ score, label: [1, 1, 0, 1, 0, 0][index], prediction: score > 0.5 ? 1 : 0 },
  }));

  it('are the curves of two classes, in numbers', async () => {
    const plots = plotsOf(await answersOf(scored), undefined, false);
    expect(kinds(plots)).toEqual(['roc', 'precision-recall', 'calibration', 'confusion']);
    const third = Number((1 / 3).toPrecision(6));
    expect(plots[0]).toMatchObject({
      positive: '1',
      series: [
        {
          of: 'now',
          points: [
            [0, 0],
            [0, third],
            [0, 0.666667],
            [third, 0.666667],
            [third, 1],
            [0.666667, 1],
            [1, 1],
          ],
        },
      ],
    });
    expect(plots[1]).toMatchObject({
      series: [
        {
          points: [
            [third, 1],
            [0.666667, 1],
            [0.666667, 0.666667],
            [1, 0.75],
            [1, 0.6],
            [1, 0.5],
          ],
        },
      ],
    });
    expect(plots[3]).toMatchObject({
      classes: ['0', '1'],
      counts: [
        [2, 1],
        [0, 3],
      ],
    });
  });

  it('take equal scores as one step', async () => {
    const rows = [1, 0, 1, 0].map((label) => ({ label, score: 0.5, prediction: 1 }));
    const [roc] = plotsOf(await answersOf(rows), undefined, false);
    expect(roc).toMatchObject({
      series: [
        {
          points: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    });
  });

  it('stay small and keep both ends, however many examples there are', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => {
      const score = ((index * 7919) % 5000) / 5000;
      return { label: index % 2, score, prediction: score > 0.5 ? 1 : 0 };
    });
    const [roc] = plotsOf(await answersOf(rows), undefined, false);
    const points = roc?.kind === 'roc' ? (roc.series[0]?.points ?? []) : [];
    expect([points.length, points[0], points.at(-1)]).toEqual([200, [0, 0], [1, 1]]);
  });

  it('are residuals of measurements, beside those of before', async () => {
    const rows = (off: number) =>
      Array.from({ length: 900 }, (_, index) => ({ label: index + 0.5, prediction: index + 0.5 + off }));
    const plots = plotsOf(await answersOf(rows(0.25)), await answersOf(rows(-1)), false);
    expect(kinds(plots)).toEqual(['residuals']);
    const [plot] = plots;
    if (plot?.kind !== 'residuals') throw new Error('it is one');
    expect([plot.left, plot.series.map(({ of, points }) => [of, points.length, points[0]?.[1]])]).toEqual([
      600,
      [
        ['now', 300, 0.25],
        ['before', 300, -1],
      ],
    ]);
    expect(plotText(plot).table.rows).toHaveLength(2);
  });

  it('are none of a sealed test set', async () => {
    const rows = scored.map((row) => ({ ...row, split: 'test' }));
    expect(plotsOf(await answersOf(rows), undefined, true)).toEqual([]);
  });
});
