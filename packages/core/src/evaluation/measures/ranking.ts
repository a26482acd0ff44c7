import { isNone, none } from '../evaluation.js';
import type { Evaluation } from '../evaluation.js';
import type { Rows } from '../examples.js';
import type { NoSample } from '../sample.js';
import type { Measure, MeanTerms } from './measure.js';
import { codesOf, measuredOf, numbersOf } from './rows.js';

/**
 * auc: the chance that an example of the positive class has a higher score than one of the other, ties counted half (Hanley and McNeil
 * 1982). Not defined where only one of the classes is there.
 */
export const auc: Measure = {
  name: 'auc',
  better: 'higher',
  kind: 'auc',
  share: true,
  terms: ({ positive }, rows) => {
    if (isNone(positive)) return positive;
    const scores = numbersOf(positive.scores, rows);
    const labels = new Uint8Array(rows.length);
    for (let index = 0; index < rows.length; index++)
      labels[index] = positive.labels[rows[index] ?? -1] ?? 255;
    if (scores === undefined || labels.includes(255))
      return none('it needs `label` and `score` of every example');
    return labels.includes(0) && labels.includes(1)
      ? { kind: 'auc', labels, scores }
      : none('it is not defined where all examples are of one class');
  },
};

/**
 * ndcg@k: over queries (`group`) the mean of `DCG@k / ideal DCG@k`, with `DCG = sum of relevance / log2(1 + rank)` over the k highest scores
 * (Järvelin and Kekäläinen 2002); the relevance is the label, 0 or more. Documents with one score share the mean of the places that they
 * take (McSherry and Najork 2008), and a query without any relevant document counts 0: as scikit-learn's ndcg_score.
 */
export function ndcg(k: number): Measure {
  return {
    name: `ndcg@${String(k)}`,
    better: 'higher',
    kind: 'mean',
    share: true,
    range: 1,
    terms: (evaluation, rows) => ndcgTerms(evaluation, rows, k),
  };
}

function ndcgTerms({ examples }: Evaluation, rows: Rows, k: number): MeanTerms | NoSample {
  const relevance = measuredOf(examples.label, rows);
  const score = examples.score?.kind === 'single' ? numbersOf(examples.score.values, rows) : undefined;
  const query = codesOf(examples.group?.codes, rows);
  if (relevance === undefined || score === undefined || query === undefined)
    return none(
      'it needs the relevance as `label`, a number as `score` and the query as `group` of every example',
    );
  if (relevance.some((value) => value < 0)) return none('it is not defined where a relevance is below 0');
  const queries = new Map<number, number[]>();
  query.forEach((code, index) => {
    const known = queries.get(code);
    if (known === undefined) queries.set(code, [index]);
    else known.push(index);
  });
  const members = [...queries.values()];
  return {
    kind: 'mean',
    values: Float64Array.from(members, (indexes) => ndcgOf(indexes, { relevance, score, k })),
    units: Int32Array.from(members, ([first = 0]) => rows[first] ?? -1),
  };
}

interface Query {
  readonly relevance: Float64Array;
  readonly score: Float64Array;
  readonly k: number;
}

function ndcgOf(indexes: readonly number[], { relevance, score, k }: Query): number {
  const of = (index: number): number => relevance[index] ?? NaN;
  const ideal = dcg(indexes, { order: of, gain: of, k });
  return ideal === 0 ? 0 : dcg(indexes, { order: (index) => score[index] ?? NaN, gain: of, k }) / ideal;
}

interface Order {
  readonly order: (index: number) => number;
  readonly gain: (index: number) => number;
  readonly k: number;
}

function dcg(indexes: readonly number[], { order, gain, k }: Order): number {
  const sorted = [...indexes].sort((a, b) => order(b) - order(a));
  let [sum, start] = [0, 0];
  while (start < Math.min(k, sorted.length)) {
    let [end, gains, discounts] = [start, 0, 0];
    for (; end < sorted.length && order(sorted[end] ?? -1) === order(sorted[start] ?? -1); end++) {
      gains += gain(sorted[end] ?? -1);
      if (end < k) discounts += 1 / Math.log2(end + 2);
    }
    sum += (gains / (end - start)) * discounts;
    start = end;
  }
  return sum;
}
