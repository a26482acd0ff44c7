import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descend, probabilities, zeros } from './logistic.mjs';

const rows = [-2, -1, 1, 2].map((x) => ({ features: [x], target: Number(x > 0) }));
const settings = { learningRate: 0.5, decay: 0.1 };

const objective = (coefficients) =>
  rows.reduce((sum, row) => sum - Math.log(probabilities(coefficients, row.features)[row.target]), 0) /
    rows.length +
  (settings.decay / 2) * coefficients.reduce((sum, row) => sum + row[0] ** 2, 0);

test('without knowledge every class is as likely, and huge scores stay finite', () => {
  assert.deepEqual(probabilities(zeros(4, 2), [1, 2]), [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual(
    probabilities(
      [
        [1000, 0],
        [0, 0],
      ],
      [1],
    ),
    [1, 0],
  );
});

test('a step follows the gradient of the loss, measured by finite differences', () => {
  const start = [
    [0.3, -0.1],
    [-0.2, 0.4],
  ];
  const stepped = descend(start, rows, settings);
  start.forEach((row, k) =>
    row.forEach((_, i) => {
      const moved = (by) => start.map((r, a) => r.map((w, b) => (a === k && b === i ? w + by : w)));
      const gradient = (objective(moved(1e-5)) - objective(moved(-1e-5))) / 2e-5;
      assert.ok(Math.abs(start[k][i] - settings.learningRate * gradient - stepped[k][i]) < 1e-8);
    }),
  );
});
