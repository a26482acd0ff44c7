import type { ModelSignature, TensorSignature } from '@nx-ml/core/bundle';
import { isJsonObject, messageOf } from '@nx-ml/core/kernel';

import { checkOutputShape } from './check-outputs.js';
import { readElements } from './elements.js';
import { InferenceFailure } from './inference-failure.js';
import type { Tensor } from './tensor.js';

/**
 * Reads what a process of the user's own answered, of which nothing is believed.
 *
 * @param asked names of outputs; undefined for all
 * @throws InferenceFailure `model`
 */
export function readAnswer(
  body: string,
  { outputs }: ModelSignature,
  asked: readonly string[] | undefined,
): Tensor[] {
  const json = parsed(body);
  const told = json['outputs'];
  if (!Array.isArray(told)) throw wrong('it has no outputs');
  const expected = asked === undefined ? outputs : outputs.filter(({ name }) => asked.includes(name));
  return expected.map((tensor) => readOutput(told, tensor));
}

function parsed(body: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    // Python writes NaN into what it calls JSON.
    throw wrong('it is not JSON', cause);
  }
  if (!isJsonObject(json)) throw wrong('it is no JSON object');
  return json;
}

function readOutput(told: readonly unknown[], expected: TensorSignature): Tensor {
  const { name, datatype } = expected;
  const json = told.find((each) => isJsonObject(each) && each['name'] === name) as
    Record<string, unknown> | undefined;
  if (json === undefined) throw wrong(`output "${name}" is missing`);
  if (json['datatype'] !== datatype) throw wrong(`output "${name}" is not of the datatype ${datatype}`);
  const shape = json['shape'];
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw wrong(`output "${name}" has no shape`);
  checkOutputShape(shape as number[], expected);
  const count = (shape as number[]).reduce((product, size) => product * size, 1);
  try {
    const data = readElements({ what: `output "${name}"`, datatype, shape, count, data: json['data'] });
    return { name, datatype, shape, data };
  } catch (error) {
    throw wrong(messageOf(error), error);
  }
}

function wrong(why: string, cause?: unknown): InferenceFailure {
  return new InferenceFailure('model', `the model's answer is wrong: ${why}`, cause);
}
