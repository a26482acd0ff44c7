import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyRidge, fitRidge } from './ridge.mjs';

const rows = [
  [-1, 1],
  [0, -2],
  [1, 1],
];
const targets = rows.map(([a, b]) => 10 + 3 * a - b);

test('almost without penalty a linear law is found', () => {
  const model = fitRidge(rows, targets, 1e-9);
  assert.ok(Math.abs(applyRidge(model, [2, 5]) - 11) < 1e-6);
});

test('a penalty shrinks each coefficient as the formula says', () => {
  // The columns are orthogonal with squared lengths 2 and 6, so each shrinks by length / (length + penalty).
  const { intercept, coefficients } = fitRidge(rows, targets, 2);
  assert.equal(intercept, 10);
  coefficients.forEach((w, i) => assert.ok(Math.abs(w - [3 * (2 / 4), -1 * (6 / 8)][i]) < 1e-12));
});
