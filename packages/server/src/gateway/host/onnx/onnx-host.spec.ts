import type { ModelSignature } from '@nx-ml/core/bundle';
import { onnxModel, onnxPerceptron } from '../../../../../testing/src/onnx-model.js';
import type { OnnxGraph } from '../../../../../testing/src/onnx-model.js';

import type { InferenceRequest, Tensor } from '../../protocol/index.js';
import { modelHostContract } from '../model-host.contract.js';
import { OnnxRig } from '../testing/onnx-from-source.js';
import { askFor, tableSignature, tableSize } from '../testing/table-model.js';

const table: OnnxGraph = {
  nodes: [
    { op: 'Gather', inputs: ['table', 'index'], outputs: ['value'] },
    { op: 'Identity', inputs: ['index'], outputs: ['same'] },
  ],
  weights: [
    { name: 'table', shape: [tableSize], data: Float32Array.from({ length: tableSize }, (_, at) => at * 10) },
  ],
  inputs: [{ name: 'index', type: 'INT64', shape: ['rows'] }],
  outputs: [
    { name: 'value', type: 'FLOAT', shape: ['rows'] },
    { name: 'same', type: 'INT64', shape: ['rows'] },
  ],
};

let rig: OnnxRig;
beforeEach(() => {
  rig = new OnnxRig();
});
afterEach(() => {
  rig.remove();
});

const file = onnxModel(table);
for (const batch of [undefined, { maxRows: 16, maxDelay: 0 }, { maxRows: 16, maxDelay: 2 }])
  modelHostContract(
    `onnx, ${batch === undefined ? 'one by one' : `batches that wait ${String(batch.maxDelay)} ms`}`,
    (limits) => rig.open({ file, signature: tableSignature, batch, limits }),
  );

for (const batch of [undefined, { maxRows: 16, maxDelay: 0 }])
  modelHostContract(`onnx, quick${batch === undefined ? '' : ', in batches'}`, (limits) =>
    rig.open({ file, signature: tableSignature, batch, limits, example: askFor([1]) }),
  );

it('answers what is too large for a quick one in its thread, and mixes neither', async () => {
  const example = askFor([1]);
  const host = await rig.open({ file, signature: tableSignature, example });
  const large = Array.from({ length: 200 }, (_, at) => at);
  const requests = Array.from({ length: 40 }, (_, at) => (at % 3 === 0 ? large : [at]));
  const answers = await Promise.all(requests.map((indexes) => host.infer(askFor(indexes))));
  expect(answers.map(([, same]) => Array.from(same?.data as Iterable<bigint>, Number))).toEqual(requests);
  await host.close(0);
});

describe('an ONNX model', () => {
  const identity = (type: 'STRING' | 'BOOL' | 'FLOAT16' | 'DOUBLE'): Buffer =>
    onnxModel({
      nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
      inputs: [{ name: 'x', type, shape: ['rows', 2] }],
      outputs: [{ name: 'y', type, shape: ['rows', 2] }],
    });
  const signatureOf = (datatype: Tensor['datatype']): ModelSignature => ({
    inputs: [{ name: 'x', datatype, shape: [-1, 2] }],
    outputs: [{ name: 'y', datatype, shape: [-1, 2] }],
  });
  const ask = (datatype: Tensor['datatype'], data: Tensor['data']): InferenceRequest => ({
    inputs: [{ name: 'x', datatype, shape: [data.length / 2, 2], data }],
    body: Buffer.from(''),
  });

  it.each([
    ['BYTES', 'STRING', ['a', 'ü', '', 'd']],
    ['BOOL', 'BOOL', Uint8Array.of(1, 0, 0, 1)],
    ['FP16', 'FLOAT16', Float32Array.of(0.5, -2, 65_504, 2 ** -24)],
    ['FP64', 'DOUBLE', Float64Array.of(0.1, -1e300, 3, Number.NaN)],
  ] as const)('takes and gives %s, alone and joined', async (datatype, type, data) => {
    const batch = { maxRows: 8, maxDelay: 0 };
    const host = await rig.open({ file: identity(type), signature: signatureOf(datatype), batch });
    const first = data.slice(0, 2);
    const answers = await Promise.all(
      [ask(datatype, data), ask(datatype, first)].map((each) => host.infer(each)),
    );
    expect(answers.flat().map((tensor) => Array.from(tensor.data as Iterable<unknown>))).toEqual([
      Array.from<unknown>(data),
      Array.from<unknown>(first),
    ]);
    await host.close(0);
  });

  it.each([
    ['its file is no model', Buffer.from('no model'), signatureOf('FP64'), 'cannot be loaded'],
    ['a datatype differs', identity('DOUBLE'), signatureOf('FP32'), 'input "x" is float64, and not FP32'],
    [
      'a size differs',
      identity('DOUBLE'),
      { ...signatureOf('FP64'), outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, 3] }] },
      'output "y" has the shape [rows,2], and not [-1,3]',
    ],
    [
      'an output is missing',
      identity('DOUBLE'),
      { ...signatureOf('FP64'), outputs: [{ name: 'z', datatype: 'FP64', shape: [-1, 2] }] },
      'output "z" is not in the model',
    ],
    [
      'rows should be joined that do not vary',
      identity('DOUBLE'),
      { inputs: [{ name: 'x', datatype: 'FP64', shape: [4, 2] }], outputs: signatureOf('FP64').outputs },
      'requests cannot be joined, since the first dimension of "x" does not vary',
    ],
  ] as [string, Buffer, ModelSignature, string][])(
    'is refused where %s',
    async (_, bytes, signature, why) => {
      const opening = rig.open({ file: bytes, signature, batch: { maxRows: 4, maxDelay: 0 } });
      await expect(opening).rejects.toMatchObject({
        code: 'ERR_ML_MODEL_LOAD',
        message: expect.stringContaining(why) as string,
      });
    },
  );

  it('answers one by one where a model gives other rows than it took', async () => {
    const sum = onnxModel({
      nodes: [{ op: 'ReduceSum', inputs: ['x'], outputs: ['y'] }],
      inputs: [{ name: 'x', type: 'FLOAT', shape: ['rows', 2] }],
      outputs: [{ name: 'y', type: 'FLOAT', shape: ['a', 'b'] }],
    });
    const host = await rig.open({
      file: sum,
      signature: {
        inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
        outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, -1] }],
      },
      batch: { maxRows: 8, maxDelay: 0 },
    });
    const requests = [1, 2, 3].map((value) => ask('FP32', Float32Array.of(value, value)));
    const answers = await Promise.all(requests.map((each) => host.infer(each)));
    expect(answers.flat().map(({ data }) => Number(data[0]))).toEqual([2, 4, 6]);
    await host.close(0);
  });

  it('is closed amid its runs, again and again, and harms nobody', async () => {
    const wide = onnxPerceptron([64, 1024, 1024, 10]);
    const signature: ModelSignature = {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 64] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 10] }],
    };
    const rows = 256;
    const tensor = {
      name: 'x',
      datatype: 'FP32',
      shape: [rows, 64],
      data: new Float32Array(rows * 64),
    } as const;
    for (let round = 0; round < 5; round += 1) {
      const host = await rig.open({ file: wide, signature });
      const asked = [1, 2, 3, 4].map(() => host.infer({ inputs: [tensor], body: Buffer.from('') }));
      const ends = Promise.allSettled(asked);
      await asked[round % 3];
      await host.close(0);
      const states = (await ends).map(({ status }) => status);
      expect(states).toHaveLength(4);
      expect(states[round % 3]).toBe('fulfilled');
    }
  });

  it('gives up a request in time', async () => {
    const host = await rig.open({
      file,
      signature: tableSignature,
      limits: { timeout: 20 },
      batch: { maxRows: 9, maxDelay: 1000 },
    });
    await Promise.all([host.infer(askFor([1])), host.infer(askFor([2]))]);
    // It waits for the other one.
    await expect(host.infer(askFor([1]))).rejects.toMatchObject({ kind: 'timeout' });
    await host.close(0);
  });
});
