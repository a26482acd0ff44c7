import assert from 'node:assert/strict';
import { test } from 'node:test';
import { column, respond, rowsOf } from './index.mjs';

const double = {
  name: 'double',
  answer: ({ x }) => [
    column(
      'y',
      'FP64',
      x.map((value) => 2 * value),
    ),
  ],
};
const ask = (body, url = '/v2/models/double/infer') => respond('POST', url, body, double);

test('a request is answered, with its id', async () => {
  const inputs = [{ name: 'x', datatype: 'FP64', shape: [2, 1], data: [[1], [2]] }];
  const { status, body } = await ask(JSON.stringify({ id: 'a', inputs }));
  assert.equal(status, 200);
  assert.deepEqual(body, {
    model_name: 'double',
    id: 'a',
    outputs: [{ name: 'y', datatype: 'FP64', shape: [2], data: [2, 4] }],
  });
});

test('what cannot be read is refused', async () => {
  assert.equal((await ask('{')).status, 400);
  assert.equal((await ask('{}', '/v2/models/other/infer')).status, 404);
});

test('a model that fails is no fault of the caller', async () => {
  const answer = () => {
    throw new Error('no memory');
  };
  const inputs = [{ name: 'x', datatype: 'FP64', shape: [1], data: [1] }];
  const { status, body } = await respond('POST', '/v2/models/double/infer', JSON.stringify({ inputs }), {
    ...double,
    answer,
  });
  assert.deepEqual([status, body], [500, { error: 'no memory' }]);
});

test('it says that it is ready', async () => {
  assert.equal((await respond('GET', '/v2/health/ready', '', double)).status, 200);
});

test('columns become rows', () => {
  assert.deepEqual(rowsOf({ a: [1, 2], b: ['x', 'y'] }), [
    { a: 1, b: 'x' },
    { a: 2, b: 'y' },
  ]);
});
