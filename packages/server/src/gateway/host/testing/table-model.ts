import type { ModelSignature } from '@nx-ml/core/bundle';

import type { InferenceRequest } from '../../protocol/index.js';

/** The model of the contract: `value` is ten times `index`, `same` is `index`; an index beyond the table makes the whole run fail. */
export const tableSignature: ModelSignature = {
  inputs: [{ name: 'index', datatype: 'INT64', shape: [-1] }],
  outputs: [
    { name: 'value', datatype: 'FP32', shape: [-1] },
    { name: 'same', datatype: 'INT64', shape: [-1] },
  ],
};

export const tableSize = 1000;

/** Asks for some indexes. */
export function askFor(indexes: readonly number[], outputs?: readonly string[]): InferenceRequest {
  const json = {
    inputs: [{ name: 'index', datatype: 'INT64', shape: [indexes.length], data: indexes }],
    ...(outputs === undefined ? {} : { outputs: outputs.map((name) => ({ name })) }),
  };
  return {
    inputs: [
      {
        name: 'index',
        datatype: 'INT64',
        shape: [indexes.length],
        data: BigInt64Array.from(indexes.map(BigInt)),
      },
    ],
    outputs,
    body: Buffer.from(JSON.stringify(json)),
  };
}
