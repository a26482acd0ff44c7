import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descend, fitScaler, probabilities, scale, zeros } from './logistic.mjs';

test('a scaled column has mean 0 and spread 1; a constant one is 0', () => {
  const scaler = fitScaler([
    [1, 5],
    [3, 5],
  ]);
  assert.deepEqual(scale(scaler, [1, 5]), [-1, 0]);
  assert.deepEqual(scale(scaler, [3, 5]), [1, 0]);
});

test('without knowledge every class is as likely, and huge scores stay finite', () => {
  assert.deepEqual(probabilities(zeros(4, 2), [1, 2]), [0.25, 0.25, 0.25, 0.25]);
  const huge = [
    [1000, 0],
    [0, 0],
  ];
  assert.deepEqual(probabilities(huge, [1]), [1, 0]);
});

test('a step follows the gradient of the loss, measured by finite differences', () => {
  const examples = [-2, -1, 1, 2].map((x) => ({ features: [x], target: Number(x > 0) }));
  const settings = { learningRate: 0.5, l2: 0.1 };
  const objective = (weights) =>
    examples.reduce(
      (sum, { features, target }) => sum - Math.log(probabilities(weights, features)[target]),
      0,
    ) /
      examples.length +
    (settings.l2 / 2) * weights.reduce((sum, [w]) => sum + w * w, 0);
  const start = [
    [0.3, -0.1],
    [-0.2, 0.4],
  ];
  const stepped = descend(start, examples, settings);
  start.forEach((row, c) =>
    row.forEach((weight, k) => {
      const moved = (by) => start.map((r, i) => r.map((w, j) => (i === c && j === k ? w + by : w)));
      const gradient = (objective(moved(1e-5)) - objective(moved(-1e-5))) / 2e-5;
      assert.ok(Math.abs(weight - settings.learningRate * gradient - stepped[c][k]) < 1e-8);
    }),
  );
});
