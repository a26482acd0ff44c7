import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeIdx, encodeIdx } from './index.mjs';

const bytes = encodeIdx([2, 1, 3], Uint8Array.of(1, 2, 3, 4, 5, 6));

test('the header is that of the MNIST files', () => {
  assert.equal(bytes.subarray(0, 4).toString('hex'), '00000803');
});

test('what was encoded is decoded', () => {
  const { shape, values } = decodeIdx(bytes);
  assert.deepEqual(shape, [2, 1, 3]);
  assert.deepEqual([...values], [1, 2, 3, 4, 5, 6]);
});

test('a file cut short, or of another kind, is refused', () => {
  assert.throws(() => decodeIdx(bytes.subarray(0, -1)), /2 x 1 x 3 holds 5 values/);
  assert.throws(() => decodeIdx(Buffer.from('{"json":1}')), /not an IDX file/);
});
