import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permutation, randomFrom } from './shuffle.mjs';

test('every number comes once', () => {
  assert.deepEqual(
    [...permutation(100, randomFrom(1))].sort((a, b) => a - b),
    [...Array(100).keys()],
  );
});

test('the seed decides the order', () => {
  assert.deepEqual(permutation(100, randomFrom(7)), permutation(100, randomFrom(7)));
  assert.notDeepEqual(permutation(100, randomFrom(7)), permutation(100, randomFrom(8)));
});

test('every order is about as likely', () => {
  const random = randomFrom(1);
  const seen = new Map();
  for (let i = 0; i < 6000; i++) {
    const order = permutation(3, random).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  assert.equal(seen.size, 6);
  for (const times of seen.values()) assert.ok(Math.abs(times - 1000) < 150);
});
