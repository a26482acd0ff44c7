import { behaviourMeasure } from '../behaviour.js';
import { isNone } from '../evaluation.js';
import type { Evaluation } from '../evaluation.js';
import type { Rows } from '../examples.js';
import { balancedAccuracy, macroF1, macroPrecision, oneClassRatio } from './class-ratios.js';
import { latency, throughput } from './latency.js';
import type { Measure } from './measure.js';
import { brier, calibrationError, logLoss } from './probabilities.js';
import { auc, ndcg } from './ranking.js';
import {
  explainedVariance,
  givenLoss,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  rootMeanSquaredError,
} from './regression.js';
import { accuracy, f1Micro } from './right-answers.js';

/** Measures with one name each. */
const plain: readonly Measure[] = [
  accuracy,
  balancedAccuracy,
  macroF1,
  f1Micro,
  macroPrecision,
  auc,
  logLoss,
  brier,
  calibrationError,
  meanAbsoluteError,
  rootMeanSquaredError,
  explainedVariance,
  meanAbsolutePercentageError,
  givenLoss,
  throughput,
];
const byName = new Map(plain.map((measure) => [measure.name, measure]));

/** For messages: what measureNamed knows. */
export const measureNames: readonly string[] = [
  ...byName.keys(),
  'precision.CLASS',
  'recall.CLASS',
  'f1.CLASS',
  'ndcg@K',
  'latency.pQ',
  'behaviour.CASE',
];

/** @returns undefined for a name that is none: `f1.macro`, `recall.spam`, `ndcg@10`, `latency.p95`, `behaviour.negation` are. */
export function measureNamed(name: string): Measure | undefined {
  return byName.get(name) ?? families.map((family) => family(name)).find((measure) => measure !== undefined);
}

type Family = (name: string) => Measure | undefined;

const families: readonly Family[] = [
  (name) => {
    const [, of, value] = /^(precision|recall|f1)\.(.+)$/su.exec(name) ?? [];
    return value === undefined ? undefined : oneClassRatio(of as 'precision' | 'recall' | 'f1', value);
  },
  (name) => {
    const [, k] = /^ndcg@([1-9]\d{0,5})$/.exec(name) ?? [];
    return k === undefined ? undefined : ndcg(Number(k));
  },
  (name) => {
    const [, percent] = /^latency\.p((?:\d|[1-9]\d)(?:\.\d{1,3})?|100)$/.exec(name) ?? [];
    return percent === undefined ? undefined : latency(Number(percent));
  },
  (name) => {
    const [, test] = /^behaviour\.(.+)$/su.exec(name) ?? [];
    return test === undefined ? undefined : behaviourMeasure(test);
  },
];

/** More classes are a table, not a list of measures; and a longer name is a text that was predicted. */
const mostListedClasses = 10;
const longestListedName = 100;

/**
 * The measures that the columns there are can tell of these rows, in the order in which they are reported. What only looks
 * computable is left out: of whole numbers that are classes no mae, of measurements no accuracy. Such a measure can be asked for by its name.
 */
export function applicable(evaluation: Evaluation, rows: Rows): readonly Measure[] {
  const { classes, examples } = evaluation;
  const areClasses = !isNone(classes) && classes.looksLikeClasses;
  const isRanking =
    examples.group !== undefined && examples.prediction === undefined && examples.correct === undefined;
  const candidates = [
    ...(areClasses || examples.correct !== undefined ? [accuracy] : []),
    ...(areClasses
      ? [balancedAccuracy, macroF1, ...perClass(evaluation), auc, logLoss, brier, calibrationError]
      : []),
    ...(areClasses
      ? []
      : [meanAbsoluteError, rootMeanSquaredError, explainedVariance, meanAbsolutePercentageError]),
    ...(isRanking ? [ndcg(10)] : []),
    givenLoss,
    ...[50, 95, 99].map(latency),
    throughput,
  ];
  return candidates.filter((measure) => rows.length > 0 && !isNone(measure.terms(evaluation, rows)));
}

function perClass({ classes }: Evaluation): readonly Measure[] {
  if (isNone(classes) || classes.labels.length > mostListedClasses) return [];
  return classes.labels.flatMap((code) => {
    const value = classes.classes[code];
    return typeof value === 'object' || String(value).length > longestListedName
      ? []
      : [oneClassRatio('precision', String(value)), oneClassRatio('recall', String(value))];
  });
}
