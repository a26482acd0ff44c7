import type { ModelSignature } from '@nx-ml/core/bundle';

import { checkOutputShape, InferenceFailure } from '../../protocol/index.js';
import type { Tensor } from '../../protocol/index.js';
import type { Wire } from './messages.js';

/**
 * Gives tensors their names again, in the order of the signature.
 *
 * @param asked names of outputs; undefined for all
 * @throws InferenceFailure `model` where one has another shape than it should
 */
export function tensorsOf(
  wires: readonly Wire[],
  { outputs }: ModelSignature,
  asked: readonly string[] | undefined,
): Tensor[] {
  const expected = asked === undefined ? outputs : outputs.filter(({ name }) => asked.includes(name));
  return expected.map((signature, at) => {
    const wire = wires[at];
    if (wire === undefined) throw new InferenceFailure('model', `output "${signature.name}" is missing`);
    checkOutputShape(wire.dims, signature);
    return { name: signature.name, datatype: signature.datatype, shape: wire.dims, data: wire.data };
  });
}
