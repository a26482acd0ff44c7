/** Multinomial logistic regression: one row of coefficients a class, the intercept last. */
export const zeros = (classes, features) =>
  Array.from({ length: classes }, () => new Array(features + 1).fill(0));

/** @returns {number[]} one probability a class, summing to 1 */
export function probabilities(coefficients, features) {
  const scores = coefficients.map((row) => features.reduce((sum, x, i) => sum + row[i] * x, row.at(-1)));
  const highest = Math.max(...scores); // subtracted so that exp cannot overflow
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * One step down the gradient of mean log loss plus decay / 2 times the squared coefficients.
 *
 * @param {{ features: number[], target: number }[]} rows target is the index of the class
 * @returns {number[][]} new coefficients; the old ones stay as they are
 */
export function descend(coefficients, rows, { learningRate, decay }) {
  const next = coefficients.map((row) =>
    row.map((w, i) => (i < row.length - 1 ? w * (1 - learningRate * decay) : w)),
  );
  for (const { features, target } of rows) {
    probabilities(coefficients, features).forEach((p, k) => {
      const step = (learningRate / rows.length) * (Number(k === target) - p);
      features.forEach((x, i) => (next[k][i] += step * x));
      next[k][features.length] += step;
    });
  }
  return next;
}
