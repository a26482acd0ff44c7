import assert from 'node:assert/strict';
import { test } from 'node:test';
import { split, splitOf } from './index.mjs';

const keys = Array.from({ length: 10_000 }, (_, i) => `example ${i}`);

test('parts hold about 60, 20 and 20 percent', () => {
  const { train, validation, test } = split(keys, (key) => key);
  assert.equal(train.length + validation.length + test.length, keys.length);
  assert.ok(Math.abs(train.length - 6000) < 200);
  assert.ok(Math.abs(test.length - 2000) < 200);
});

test('an example stays in its part when others are added', () => {
  const before = new Set(split(keys.slice(0, 100), (key) => key).test);
  const after = new Set(split(keys, (key) => key).test);
  assert.ok([...before].every((key) => after.has(key)));
});

test('the same bytes go to the same part, as text or as bytes', () => {
  for (const key of keys.slice(0, 100)) assert.equal(splitOf(key), splitOf(Buffer.from(key)));
});
