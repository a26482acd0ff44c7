import type { TensorSignature } from '@nx-ml/core/bundle';

import { InferenceFailure } from './inference-failure.js';

/** @throws InferenceFailure `model` where the sizes are not those of the signature */
export function checkOutputShape(shape: readonly number[], { name, shape: expected }: TensorSignature): void {
  let fits = shape.length === expected.length;
  for (let at = 0; fits && at < expected.length; at += 1)
    fits = expected[at] === -1 || expected[at] === shape[at];
  if (fits) return;
  throw new InferenceFailure(
    'model',
    `output "${name}" has the shape [${shape.join()}], against the signature's [${expected.join()}]`,
  );
}
