import { isUtf8 } from 'node:buffer';

import type { ModelSignature, TensorSignature } from '@nx-ml/core/bundle';
import { isJsonObject } from '@nx-ml/core/kernel';

import { readElements } from './elements.js';
import { InferenceFailure } from './inference-failure.js';
import type { InferenceRequest, Tensor } from './tensor.js';

/** A body that is JSON, of which nothing is believed yet. */
export interface RawRequest {
  readonly id: string | undefined;
  /** `parameters.unit`: whom or what it is about, for the split of the traffic. */
  readonly unit: string | undefined;
  readonly json: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

/** Of ids and units. */
const longestText = 1000;

/** Reads what does not depend on the model. @throws InferenceFailure `request` */
export function readRawRequest(body: Buffer): RawRequest {
  const json = parsed(body);
  const { id, parameters } = json;
  if (id !== undefined && (typeof id !== 'string' || id.length > longestText))
    throw refused(`id is no text of at most ${String(longestText)} characters`);
  if (parameters !== undefined && !isJsonObject(parameters)) throw refused('parameters is no object');
  const unit = parameters?.['unit'];
  if (unit !== undefined && (typeof unit !== 'string' || unit.length > longestText))
    throw refused(`parameters.unit is no text of at most ${String(longestText)} characters`);
  return { id, unit, json, body };
}

/** Holds a request against the signature of the model that is asked. @throws InferenceFailure `request` */
export function readRequest({ id, json, body }: RawRequest, signature: ModelSignature): InferenceRequest {
  return {
    id,
    inputs: readInputs(json['inputs'], signature),
    outputs: readOutputs(json['outputs'], signature),
    body,
  };
}

function parsed(body: Buffer): Record<string, unknown> {
  if (!isUtf8(body)) throw refused('the body is not UTF-8');
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw refused('the body is not JSON', cause);
  }
  if (!isJsonObject(json)) throw refused('the body is no JSON object');
  return json;
}

function readInputs(inputs: unknown, { inputs: expected }: ModelSignature): Tensor[] {
  if (!Array.isArray(inputs)) throw refused('inputs is no array');
  if (inputs.length > expected.length)
    throw refused(
      `there are ${String(inputs.length)} inputs, and the model takes ${String(expected.length)}`,
    );
  return expected.map((tensor, index) => readTensor(findInput(inputs, tensor.name, index), tensor));
}

/** Mostly they come in the order of the signature. */
function findInput(inputs: readonly unknown[], name: string, index: number): Record<string, unknown> {
  const isNamed = (input: unknown): input is Record<string, unknown> =>
    isJsonObject(input) && input['name'] === name;
  const there = inputs[index];
  const found = isNamed(there) ? there : inputs.find(isNamed);
  if (found === undefined) throw refused(`input ${JSON.stringify(name)} is missing`);
  return found;
}

function readTensor(json: Readonly<Record<string, unknown>>, expected: TensorSignature): Tensor {
  const { name, datatype } = expected;
  const what = `input ${JSON.stringify(name)}`;
  if (json['datatype'] !== datatype)
    throw refused(`${what}: datatype is ${shown(json['datatype'])}, and the model takes ${datatype}`);
  const shape = readShape(json['shape'], expected.shape, what);
  let count = 1;
  for (const size of shape) count *= size;
  if ((json['parameters'] as { binary_data_size?: unknown } | undefined)?.binary_data_size !== undefined)
    throw refused(`${what}: binary data is not spoken here; send JSON`);
  return { name, datatype, shape, data: readElements({ what, datatype, shape, count, data: json['data'] }) };
}

function readShape(shape: unknown, expected: readonly number[], what: string): readonly number[] {
  const fits =
    Array.isArray(shape) &&
    shape.length === expected.length &&
    shape.every(
      (size, at) => Number.isSafeInteger(size) && size > 0 && (expected[at] === -1 || expected[at] === size),
    );
  if (!fits) throw refused(`${what}: shape is ${shown(shape)}, and the model takes [${expected.join()}]`);
  return shape as number[];
}

function readOutputs(outputs: unknown, signature: ModelSignature): readonly string[] | undefined {
  if (outputs === undefined) return undefined;
  if (!Array.isArray(outputs)) throw refused('outputs is no array');
  if (outputs.length === 0) return undefined;
  const asked = new Set(
    outputs.map((output: unknown) => (isJsonObject(output) ? output['name'] : undefined)),
  );
  const names = signature.outputs.flatMap(({ name }) => (asked.delete(name) ? [name] : []));
  const [unknown] = asked;
  if (asked.size > 0) throw refused(`the model has no output ${shown(unknown)}`);
  return names;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 100);
}

function refused(message: string, cause?: unknown): InferenceFailure {
  return new InferenceFailure('request', message, cause);
}
