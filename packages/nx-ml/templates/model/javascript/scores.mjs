// What a classifier said, beside the truth.

/**
 * A line of predictions.jsonl. The score is the probability of the prediction; the loss is that of the truth, in nats.
 * A truth that got no probability at all costs about 36 instead of infinity.
 *
 * @param {{ id: string, label: string }} row
 * @param {ArrayLike<number>} probabilities one for each class, summing to 1
 * @param {string[]} classes
 */
export function judge({ id, label }, probabilities, classes) {
  const best = classes.reduce((top, _, i) => (probabilities[i] > probabilities[top] ? i : top), 0);
  const truth = probabilities[classes.indexOf(label)] ?? 0;
  return {
    id,
    label,
    prediction: classes[best],
    score: probabilities[best],
    loss: -Math.log(Math.max(truth, Number.EPSILON)),
  };
}

/** Metrics over what `judge` gave. */
export function metricsOf(judged) {
  if (judged.length === 0) throw new Error('no rows to judge: the dataset is too small');
  const mean = (value) => judged.reduce((sum, row) => sum + value(row), 0) / judged.length;
  return {
    accuracy: mean(({ label, prediction }) => Number(label === prediction)),
    log_loss: mean(({ loss }) => loss),
  };
}
