import type { EvaluationReport, Measured, RunReport, WeakSegment } from '@nx-ml/core/evaluation';

import { countText, numberText } from './quantities.js';

/** Most measures on the line; the report has them all. */
const shownMeasures = 3;
/** Those that say most, in the order in which they are shown. */
export const foremost: readonly string[] = [
  'accuracy',
  'mae',
  'ndcg@10',
  'auc',
  'rmse',
  'log_loss',
  'loss',
  'latency.p95',
];

/**
 * What an evaluation's predictions come to, in a line or two: `accuracy 0.912 [0.897, 0.925] on 1,200 examples; weakest: lang=de, error rate 0.19 against
 * 0.08 on 140`. Of several seeds it is the lowest that is told. Empty where there were no predictions.
 */
export function evaluationText({ runs, sealed }: EvaluationReport): string {
  const [run] = runs;
  if (run === undefined || (run.predictions === null && run.why !== undefined)) return '';
  const lines =
    run.why === undefined ? [measuresLine(run, sealed), behaviourLine(run)] : [`not judged: ${run.why}`];
  const of = runs.length > 1 ? `seed ${String(run.seed)}: ` : '';
  return lines
    .filter((line) => line !== '')
    .map((line, index) => `  ${index === 0 ? of : ''}${line}\n`)
    .join('');
}

function measuresLine(run: RunReport, sealed: boolean): string {
  const { free, test } = run.examples;
  const hidden = sealed && test > 0 ? `${countText(test, 'example')} sealed by the gate` : '';
  const told = foremost
    .flatMap((name) => run.measures.find((measure) => measure.name === name) ?? [])
    .slice(0, shownMeasures);
  const examples =
    sealed || test === 0 ? countText(free, sealed ? 'other example' : 'example') : countText(test, 'example');
  const measures = told.length === 0 ? '' : `${told.map(measureText).join(', ')} on ${examples}`;
  return [measures, weakestText(run), hidden].filter((part) => part !== '').join('; ');
}

function measureText({ name, value, interval, unit }: Measured): string {
  const range = interval === null ? '' : ` [${shortText(interval.lower)}, ${shortText(interval.upper)}]`;
  return `${name} ${shortText(value)}${unit === undefined ? '' : ` ${unit}`}${range}`;
}

function weakestText({ weak }: RunReport): string {
  const [worst] = weak?.found ?? [];
  if (weak === undefined || worst === undefined) return '';
  return `weakest: ${segmentText(worst)}, ${weak.by} ${shortText(worst.inside)} against ${shortText(worst.outside)} on ${countText(worst.n, 'example')}`;
}

function segmentText({ segment }: WeakSegment): string {
  return segment.map(({ key, value }) => `${key}=${String(value)}`).join(', ');
}

function behaviourLine({ behaviour }: RunReport): string {
  if (behaviour.length === 0) return '';
  const missed = behaviour.filter(({ met }) => !met);
  const met = `${String(behaviour.length - missed.length)} of ${countText(behaviour.length, 'behavioural test')} met`;
  if (missed.length === 0) return met;
  const texts = missed.map((one) =>
    one.passed === null
      ? `${one.case}: ${one.why ?? ''}`
      : `${one.case} ${String(one.passed)} of ${String(one.n)}`,
  );
  return `${met}; missed: ${texts.slice(0, 3).join(', ')}${texts.length > 3 ? ` and ${String(texts.length - 3)} more` : ''}`;
}

/** Three digits: an interval is as wide as that at least. */
function shortText(value: number): string {
  return numberText(Number(value.toPrecision(3)));
}
