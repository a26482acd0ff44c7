/** What is known of a metric by its name alone, before anything was measured. */
export interface MetricNature {
  readonly better: 'higher' | 'lower';
  /** From 0 to 1, so that an effect of 2 is two points written wrong. */
  readonly share: boolean;
}

const higherShares = [
  'accuracy',
  'balanced_accuracy',
  'f1',
  'precision',
  'recall',
  'auc',
  'ndcg',
  'behaviour',
];
const lowerShares = ['brier', 'ece'];
const higher = ['r2', 'throughput'];
const lower = ['log_loss', 'loss', 'mae', 'rmse', 'mape', 'latency', 'size'];

/** By the first word of the name of a measure. */
const ofMeasures = new Map<string, MetricNature>([
  ...higherShares.map((name) => [name, { better: 'higher', share: true }] as const),
  ...lowerShares.map((name) => [name, { better: 'lower', share: true }] as const),
  ...higher.map((name) => [name, { better: 'higher', share: false }] as const),
  ...lower.map((name) => [name, { better: 'lower', share: false }] as const),
]);
export const measureWords: readonly string[] = [...ofMeasures.keys()];

/** Words that people use in metrics.json besides. */
const ofWords = new Map<string, MetricNature>([
  ...ofMeasures,
  ...['error', 'mse', 'perplexity', 'memory'].map(
    (name) => [name, { better: 'lower', share: false }] as const,
  ),
]);

const ofMetrics = 'metrics.';

/** One number of metrics.json, of which nobody knows how it was made. */
export function isReported(metric: string): boolean {
  return metric.startsWith(ofMetrics);
}

/**
 * `f1.macro` and `ndcg@10` by their first word, `metrics.test.f1` by any: the last one that says something. undefined for a name that
 * says nothing.
 */
export function natureOf(metric: string): MetricNature | undefined {
  const words = metric.split(/[.@/ ]/);
  if (!isReported(metric)) return ofMeasures.get(words[0] ?? '');
  return words
    .slice(1)
    .map((word) => ofWords.get(word))
    .findLast((nature) => nature !== undefined);
}

/** Measured once a model and not example by example: nothing tells such a difference from chance. */
export function isMeasuredOnce(metric: string): boolean {
  return isReported(metric) || ['latency', 'throughput', 'size'].includes(metric.split('.')[0] ?? '');
}

/** Needs no label: it can be shown at any time without telling anything of the test set. */
export function isLabelFree(metric: string): boolean {
  return isMeasuredOnce(metric) && !isReported(metric);
}
