import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, fitScaler, scale } from './index.mjs';

const penguin = {
  ...{ id: 'penguin-1', species: 'Adelie', island: 'Torgersen', sex: 'male' },
  ...{ beakLengthMm: 39.1, beakDepthMm: 18.7, flipperLengthMm: 181, bodyMassG: 3750 },
};

test('the target is no feature', () => {
  assert.deepEqual(encode(penguin, 'species'), [39.1, 18.7, 181, 3750, 0, 0, 1, 0, 1]);
  assert.deepEqual(encode(penguin, 'bodyMassG'), [39.1, 18.7, 181, 1, 0, 0, 0, 0, 1, 0, 1]);
});

test('an unknown category is refused', () => {
  assert.throws(() => encode({ ...penguin, sex: '.' }, 'species'), /female, male, not \./);
});

test('scaled training columns have mean 0 and deviation 1; a constant one becomes 0', () => {
  const rows = [
    [1, 5],
    [3, 5],
  ];
  const scaler = fitScaler(rows);
  assert.deepEqual(
    rows.map((row) => scale(scaler, row)),
    [
      [-1, 0],
      [1, 0],
    ],
  );
});
