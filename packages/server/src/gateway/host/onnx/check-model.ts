import type { Serving, TensorSignature } from '@nx-ml/core/bundle';
import { MlError } from '@nx-ml/core/kernel';

import type { ModelTensor, ThreadStart } from './messages.js';
import { onnxTypes } from './onnx-types.js';

/** Holds what the file says of itself against what it should be served as. @throws MlError ERR_ML_MODEL_LOAD */
export function checkModel(
  { name, signature, runtime }: Serving,
  model: ThreadStart & { readonly ready: true },
): void {
  const wrong =
    unlike('input', signature.inputs, model.inputs) ??
    (signature.inputs.length < model.inputs.length
      ? 'it takes inputs that the signature does not have'
      : undefined) ??
    unlike('output', signature.outputs, model.outputs) ??
    (runtime.kind === 'onnx' && runtime.batch !== undefined ? notByRows(signature) : undefined);
  if (wrong === undefined) return;
  throw new MlError('ERR_ML_MODEL_LOAD', {
    message: `Model "${name}" is not what its serving.json says: ${wrong}`,
    fix: 'Package the model again with the signature that it has.',
  });
}

function unlike(
  what: 'input' | 'output',
  expected: readonly TensorSignature[],
  found: readonly ModelTensor[],
): string | undefined {
  for (const tensor of expected) {
    const named = found.find(({ name }) => name === tensor.name);
    const why = differenceOf(tensor, named, what === 'output');
    if (why !== undefined) return `${what} "${tensor.name}" ${why}`;
  }
  return undefined;
}

/** @param mayVary whether the signature may leave a size open that the model does not: of an output it then only promises less */
function differenceOf(
  { datatype, shape }: TensorSignature,
  found: ModelTensor | undefined,
  mayVary: boolean,
): string | undefined {
  if (found === undefined) return 'is not in the model';
  if (found.type !== onnxTypes[datatype]) return `is ${String(found.type)}, and not ${datatype}`;
  const fits =
    shape.length === found.shape.length &&
    shape.every(
      (size, at) =>
        typeof found.shape[at] === 'string' || found.shape[at] === size || (mayVary && size === -1),
    );
  return fits ? undefined : `has the shape [${found.shape.join()}], and not [${shape.join()}]`;
}

function notByRows({ inputs, outputs }: Serving['signature']): string | undefined {
  const fixed = [...inputs, ...outputs].find(({ shape }) => shape[0] !== -1);
  return fixed && `requests cannot be joined, since the first dimension of "${fixed.name}" does not vary`;
}
