import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, metricsOf } from './scores.mjs';

test('the likeliest class is the prediction, and the loss is that of the true one', () => {
  const wrong = judge({ id: 'a', label: 'no' }, [0.25, 0.75], ['no', 'yes']);
  assert.deepEqual(wrong, { id: 'a', label: 'no', prediction: 'yes', score: 0.75, loss: Math.log(4) });
  const right = judge({ id: 'b', label: 'yes' }, [0, 1], ['no', 'yes']);
  assert.deepEqual(metricsOf([wrong, right]), { accuracy: 0.5, log_loss: Math.log(4) / 2 });
});

test('a class without probability, or never seen in training, costs a lot, yet not infinity', () => {
  assert.ok(Number.isFinite(judge({ id: 'a', label: 'no' }, [0, 1], ['no', 'yes']).loss));
  assert.ok(Number.isFinite(judge({ id: 'a', label: 'maybe' }, [0, 1], ['no', 'yes']).loss));
});

test('nothing to judge is an error, not a perfect score', () => {
  assert.throws(() => metricsOf([]), /no rows/);
});
