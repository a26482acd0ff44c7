export const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/**
 * What a classifier said about one example, beside the truth: a line of predictions.jsonl.
 * The loss is in nats; a truth that got no probability at all costs about 36 instead of infinity.
 *
 * @param {{ id: string, label: string, slice?: string }} example
 * @param {Record<string, number>} probabilities by class, summing to 1
 */
export function judge({ id, slice, label }, probabilities) {
  const [prediction, score] = Object.entries(probabilities).reduce((a, b) => (b[1] > a[1] ? b : a));
  const loss = -Math.log(Math.max(probabilities[label], Number.EPSILON));
  return { id, slice, label, prediction, score, correct: prediction === label, loss };
}

export const classificationMetrics = (judged) => ({
  accuracy: mean(judged.map(({ correct }) => Number(correct))),
  logLoss: mean(judged.map(({ loss }) => loss)),
});

/** Errors in the unit of the label; r2 is the share of the label's variance that the predictions explain. */
export function regressionMetrics(judged) {
  const errors = judged.map(({ label, prediction }) => prediction - label);
  const meanSquare = mean(errors.map((e) => e * e));
  const centre = mean(judged.map(({ label }) => label));
  const variance = mean(judged.map(({ label }) => (label - centre) ** 2));
  return {
    rmse: Math.sqrt(meanSquare),
    mae: mean(errors.map(Math.abs)),
    r2: 1 - meanSquare / variance,
  };
}
