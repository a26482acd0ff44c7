import { isNone } from '../../evaluation/index.js';
import type { Evaluation, Rows } from '../../evaluation/index.js';
import { plainText } from '../plain-text.js';
import type { Plot, Series } from './plot.js';

/** Points of a drawn line: more cannot be told apart. */
const mostPoints = 200;
const calibrationBins = 10;

interface Scored {
  readonly scores: Float64Array;
  /** 1 for the positive class. */
  readonly labels: Uint8Array;
  readonly positive: string;
  readonly areProbabilities: boolean;
}

export interface PlottedAnswers {
  readonly of: Series['of'];
  readonly evaluation: Evaluation;
  readonly rows: Rows;
}

/** ROC, precision and recall, and calibration where scores are probabilities, of every model that has scores for two classes. */
export function curvePlots(models: readonly PlottedAnswers[]): readonly Plot[] {
  const scored = models.flatMap(({ of, evaluation, rows }) => {
    const found = scoredRows(evaluation, rows);
    return found === undefined ? [] : [{ of, ...found }];
  });
  const [first] = scored;
  if (first === undefined) return [];
  const { positive } = first;
  const series = (points: (scored: Scored) => Series['points']): readonly Series[] =>
    scored.map((one) => ({ of: one.of, points: points(one) }));
  return [
    { kind: 'roc', positive, series: series(rocPoints) },
    { kind: 'precision-recall', positive, series: series(recallPoints) },
    ...(first.areProbabilities
      ? [{ kind: 'calibration' as const, positive, series: series(calibrationPoints) }]
      : []),
  ];
}

/** undefined unless every row has a label and a score, and both classes are there. */
function scoredRows({ positive: table }: Evaluation, rows: Rows): Scored | undefined {
  if (isNone(table)) return undefined;
  const scores = Float64Array.from(rows, (row) => table.scores[row] ?? NaN);
  const labels = Uint8Array.from(rows, (row) => table.labels[row] ?? 255);
  if (scores.some((score) => !Number.isFinite(score)) || labels.includes(255)) return undefined;
  if (!labels.includes(1) || !labels.includes(0)) return undefined;
  const positive = plainText(
    typeof table.positive === 'object' ? JSON.stringify(table.positive) : String(table.positive),
    40,
  );
  return { scores, labels, positive, areProbabilities: table.areProbabilities };
}

/** Right and false alarms at each score, highest first; equal scores are one step. */
function stepsOf({ scores, labels }: Scored): readonly (readonly [right: number, wrong: number])[] {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const steps: [number, number][] = [[0, 0]];
  let [right, wrong] = [0, 0];
  order.forEach((row, place) => {
    if (labels[row] === 1) right += 1;
    else wrong += 1;
    if (scores[row] !== scores[order[place + 1] ?? -1]) steps.push([right, wrong]);
  });
  return steps;
}

function rocPoints(scored: Scored): Series['points'] {
  const steps = stepsOf(scored);
  const [positives, negatives] = steps.at(-1) ?? [1, 1];
  return thinned(steps.map(([right, wrong]) => [wrong / negatives, right / positives]));
}

function recallPoints(scored: Scored): Series['points'] {
  const steps = stepsOf(scored).slice(1);
  const positives = steps.at(-1)?.[0] ?? 1;
  return thinned(steps.map(([right, wrong]) => [right / positives, right / (right + wrong)]));
}

function calibrationPoints({ scores, labels }: Scored): Series['points'] {
  const bins = Array.from({ length: calibrationBins }, () => ({ n: 0, score: 0, positives: 0 }));
  scores.forEach((score, row) => {
    const bin = bins[Math.min(calibrationBins - 1, Math.floor(score * calibrationBins))];
    if (bin === undefined) return;
    bin.n += 1;
    bin.score += score;
    bin.positives += labels[row] ?? 0;
  });
  return bins.flatMap(({ n, score, positives }) =>
    n === 0 ? [] : [[round(score / n), round(positives / n)]],
  );
}

/** Both ends and evenly between: what a screen shows is the same. */
function thinned(points: readonly (readonly [number, number])[]): Series['points'] {
  const step = Math.max(1, (points.length - 1) / (mostPoints - 1));
  const count = Math.min(points.length, mostPoints);
  return Array.from({ length: count }, (_, index) => {
    const [x, y] = points[Math.round(index * step)] ?? [0, 0];
    return [round(x), round(y)];
  });
}

/** The last digits differ between processors, and nobody sees them. */
function round(value: number): number {
  return Number(value.toPrecision(6));
}
