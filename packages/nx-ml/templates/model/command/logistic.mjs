// Multinomial logistic regression on standardised columns.

/** Mean and spread of each column. */
export function fitScaler(rows) {
  const columns = rows[0].map((_, k) => rows.map((row) => row[k]));
  return columns.map((values) => {
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    return { mean, spread: Math.sqrt(variance) || 1 }; // a constant column stays at zero
  });
}

export const scale = (scaler, row) => row.map((x, k) => (x - scaler[k].mean) / scaler[k].spread);

/** One row of weights a class, the intercept last. */
export const zeros = (classes, columns) =>
  Array.from({ length: classes }, () => new Array(columns + 1).fill(0));

/** @returns {number[]} one probability a class, summing to 1 */
export function probabilities(weights, features) {
  const scores = weights.map((row) => features.reduce((sum, x, k) => sum + row[k] * x, row.at(-1)));
  const highest = Math.max(...scores); // subtracted so that exp cannot overflow
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/**
 * One step down the gradient of the mean log loss plus l2 / 2 times the squared weights, intercepts left out.
 *
 * @param {number[][]} weights
 * @param {{ features: number[], target: number }[]} examples target: index of the class
 * @returns {number[][]} new weights
 */
export function descend(weights, examples, { learningRate, l2 }) {
  const next = weights.map((row) =>
    row.map((w, k) => (k === row.length - 1 ? w : w * (1 - learningRate * l2))),
  );
  for (const { features, target } of examples)
    probabilities(weights, features).forEach((p, c) => {
      const step = (learningRate / examples.length) * (Number(c === target) - p);
      features.forEach((x, k) => (next[c][k] += step * x));
      next[c][features.length] += step;
    });
  return next;
}
