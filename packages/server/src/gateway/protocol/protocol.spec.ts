import type { Datatype, ModelSignature } from '@nx-ml/core/bundle';
import fc from 'fast-check';

import { readAnswer, readRawRequest, readRequest, writeAnswer } from './index.js';
import type { InferenceRequest } from './index.js';

const signature: ModelSignature = {
  inputs: [
    { name: 'x', datatype: 'FP32', shape: [-1, 2] },
    { name: 'n', datatype: 'INT64', shape: [1] },
  ],
  outputs: [
    { name: 'y', datatype: 'FP32', shape: [-1] },
    { name: 'z', datatype: 'BYTES', shape: [-1] },
  ],
};

const x = { name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] };
const n = { name: 'n', datatype: 'INT64', shape: [1], data: [7] };

const read = (body: unknown): InferenceRequest =>
  readRequest(readRawRequest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))), signature);

describe('a request', () => {
  it('is read in the order of the signature, flat or nested', () => {
    const flat = read({ id: '42', inputs: [n, x], outputs: [{ name: 'z' }] });
    const nested = read({
      inputs: [
        {
          ...x,
          data: [
            [1, 2],
            [3, 4],
          ],
        },
        n,
      ],
    });
    expect(flat).toMatchObject({ id: '42', outputs: ['z'] });
    for (const { inputs } of [flat, nested])
      expect(inputs).toEqual([
        { ...x, data: Float32Array.of(1, 2, 3, 4) },
        { ...n, data: BigInt64Array.of(7n) },
      ]);
  });

  it('tells the unit that it is about', () => {
    const body = Buffer.from('{"parameters":{"unit":"ada","x":1},"inputs":[]}');
    expect(readRawRequest(body).unit).toBe('ada');
  });

  it.each([
    ['{"inputs":', 'the body is not JSON'],
    [[1], 'the body is no JSON object'],
    ['null', 'the body is no JSON object'],
    [{ id: 4, inputs: [x, n] }, 'id is no text'],
    [{ id: 'a'.repeat(1001), inputs: [x, n] }, 'id is no text of at most 1000 characters'],
    [{ parameters: 1, inputs: [x, n] }, 'parameters is no object'],
    [{ parameters: { unit: 1 }, inputs: [x, n] }, 'parameters.unit is no text'],
    [{}, 'inputs is no array'],
    [{ inputs: [x] }, 'input "n" is missing'],
    [{ inputs: [x, n, n] }, 'there are 3 inputs, and the model takes 2'],
    [{ inputs: [x, null] }, 'input "n" is missing'],
    [{ inputs: [{ ...x, datatype: 'FP64' }, n] }, 'datatype is "FP64", and the model takes FP32'],
    [{ inputs: [{ ...x, shape: [4] }, n] }, 'shape is [4], and the model takes [-1,2]'],
    [{ inputs: [{ ...x, shape: [-1, 2] }, n] }, 'shape is [-1,2], and the model takes [-1,2]'],
    [{ inputs: [{ ...x, shape: [2.5, 2] }, n] }, 'shape is [2.5,2]'],
    [{ inputs: [{ ...x, shape: undefined }, n] }, 'shape is missing'],
    [{ inputs: [{ ...x, shape: [0, 2], data: [] }, n] }, 'shape is [0,2]'],
    [{ inputs: [{ ...x, shape: [1e15, 2] }, n] }, 'data has 4 elements, and its shape 2000000000000000'],
    [{ inputs: [{ ...x, data: 4 }, n] }, 'data is no array'],
    [{ inputs: [{ ...x, data: [1, 2, 3] }, n] }, 'data has 3 elements, and its shape 4'],
    [{ inputs: [{ ...x, data: [1, 2, 3, '4'] }, n] }, 'input "x": element 3 is "4", which is no FP32'],
    [{ inputs: [{ ...x, data: [1, 2, 3, null] }, n] }, 'element 3 is null'],
    [{ inputs: [{ ...x, data: [1, 2, 3, 1e39] }, n] }, 'element 3 is 1e+39, which is no FP32'],
    [{ inputs: [x, { ...n, data: [2 ** 53] }] }, 'element 0 is 9007199254740992, which is no INT64'],
    [{ inputs: [{ ...x, data: [[1, 2], [3]] }, n] }, 'data is nested otherwise than its shape [2,2]'],
    [{ inputs: [{ ...x, data: [[1, 2], 3] }, n] }, 'data is nested otherwise'],
    [{ inputs: [{ ...x, parameters: { binary_data_size: 16 } }, n] }, 'binary data is not spoken here'],
    [{ inputs: [x, n], outputs: [{ name: 'q' }] }, 'the model has no output "q"'],
    [{ inputs: [x, n], outputs: ['y'] }, 'the model has no output missing'],
  ])('is refused: %j', (body, why) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ kind: 'request', message: expect.stringContaining(why) as string }) as Error,
    );
  });

  it('is refused where it is not UTF-8', () => {
    expect(() => readRawRequest(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow('the body is not UTF-8');
  });

  it('is refused in short however deep a hostile body nests', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(() => read(`{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":${deep}}]}`)).toThrow(
      'data is nested otherwise than its shape [2,2]',
    );
  });
});

const integer = (least: number, most: number): fc.Arbitrary<number> =>
  // JSON has no negative zero.
  fc.integer({ min: least, max: most }).map((value) => value + 0);
const values: Readonly<Record<Datatype, fc.Arbitrary<unknown>>> = {
  BOOL: fc.boolean(),
  UINT8: integer(0, 255),
  UINT16: integer(0, 65_535),
  UINT32: integer(0, 2 ** 32 - 1),
  UINT64: integer(0, Number.MAX_SAFE_INTEGER),
  INT8: integer(-128, 127),
  INT16: integer(-32_768, 32_767),
  INT32: integer(-(2 ** 31), 2 ** 31 - 1),
  INT64: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  FP16: fc.float({ noNaN: true, min: -65_504, max: 65_504 }),
  FP32: fc.float({ noNaN: true, noDefaultInfinity: true }),
  FP64: fc.double({ noNaN: true, noDefaultInfinity: true }),
  BYTES: fc.string({ unit: 'binary' }),
};

describe('an answer', () => {
  const answerer = { model: 'm "1"', version: 'abc', id: 'i\n' };

  it.each(Object.entries(values))('of %s is read as it was written', (name, value) => {
    const datatype = name as Datatype;
    const wellFormed = fc
      .array(value)
      .filter((data) => data.every((each) => typeof each !== 'string' || each.isWellFormed()));
    fc.assert(
      fc.property(wellFormed, (data) => {
        const outputs = [{ name: 'y', datatype, shape: [data.length], data: data as number[] }];
        const text = writeAnswer(answerer, outputs);
        const ofIt = { ...signature, outputs: [{ name: 'y', datatype, shape: [-1] }] };
        expect(JSON.parse(text)).toMatchObject({ model_name: 'm "1"', model_version: 'abc', id: 'i\n' });
        const again = writeAnswer(answerer, readAnswer(text, ofIt, undefined));
        expect(again).toBe(text);
      }),
    );
  });

  it('has whole integers beyond what a number of JavaScript holds', () => {
    const data = BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n);
    expect(writeAnswer(answerer, [{ name: 'y', datatype: 'INT64', shape: [2], data }])).toContain(
      '"data":[-9223372036854775808,9223372036854775807]',
    );
  });

  it.each([Number.NaN, Infinity, -Infinity])('never has %d', (value) => {
    const data = Float32Array.of(1, value);
    expect(() => writeAnswer(answerer, [{ name: 'y', datatype: 'FP32', shape: [2], data }])).toThrow(
      expect.objectContaining({
        kind: 'model',
        message: `output "y": element 1 is ${String(value)}`,
      }) as Error,
    );
  });

  const y = { name: 'y', datatype: 'FP32', shape: [1], data: [1] };
  const z = { name: 'z', datatype: 'BYTES', shape: [1], data: ['a'] };
  it.each([
    ['{"outputs":[{"name":"y","datatype":"FP32","shape":[1],"data":[NaN]}]}', 'it is not JSON'],
    ['[]', 'it is no JSON object'],
    [{}, 'it has no outputs'],
    [{ outputs: [y] }, 'output "z" is missing'],
    [{ outputs: [{ ...y, datatype: 'FP64' }, z] }, 'output "y" is not of the datatype FP32'],
    [{ outputs: [{ ...y, shape: 'a' }, z] }, 'output "y" has no shape'],
    [{ outputs: [{ ...y, shape: [1, 1] }, z] }, 'output "y" has the shape [1,1]'],
    [{ outputs: [{ ...y, data: [null] }, z] }, 'output "y": element 0 is null, which is no FP32'],
    [{ outputs: [y, { ...z, shape: [2] }] }, 'output "z": data has 1 elements, and its shape 2'],
  ])('of a process is not believed: %j', (body, why) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(() => readAnswer(text, signature, undefined)).toThrow(
      expect.objectContaining({ kind: 'model', message: expect.stringContaining(why) as string }) as Error,
    );
  });
});
