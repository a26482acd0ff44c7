import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classificationMetrics, judge, regressionMetrics } from './index.mjs';

test('the likeliest class is the prediction, and the loss is that of the true one', () => {
  const wrong = judge({ id: 'a', label: 'cat' }, { cat: 0.25, dog: 0.75 });
  assert.deepEqual(
    { ...wrong, loss: wrong.loss.toFixed(3) },
    {
      id: 'a',
      slice: undefined,
      label: 'cat',
      prediction: 'dog',
      score: 0.75,
      correct: false,
      loss: '1.386',
    },
  );
  const right = judge({ id: 'b', label: 'dog' }, { cat: 0, dog: 1 });
  assert.deepEqual(classificationMetrics([wrong, right]), {
    accuracy: 0.5,
    logLoss: Math.log(4) / 2,
  });
});

test('a class without probability costs a lot, yet not infinity', () => {
  assert.ok(Number.isFinite(judge({ id: 'a', label: 'cat' }, { cat: 0, dog: 1 }).loss));
});

test('regression errors carry the unit of the label', () => {
  const judged = [
    { label: 10, prediction: 13 },
    { label: 20, prediction: 16 },
  ];
  assert.deepEqual(regressionMetrics(judged), { rmse: Math.sqrt(12.5), mae: 3.5, r2: 0.5 });
});
