import type { JsonValue } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import { maxExample } from './limits.js';
import { notServable } from './refusals.js';
import type { Datatype } from './datatypes.js';
import type { ModelSignature, TensorSignature } from './serving.js';
import { readStrict } from './strict-json.js';

/** A tensor of a request or an answer of the Open Inference Protocol v2. */
export interface TensorValue {
  readonly name: string;
  readonly datatype: Datatype;
  /** Sizes of its dimensions. */
  readonly shape: readonly number[];
  /** In row-major order, flat or nested as the shape is. */
  readonly data: readonly JsonValue[];
}

/** A request that the model must answer before it is used. */
export interface ExampleRequest {
  readonly inputs: readonly TensorValue[];
}

const fix = 'Mend "package: example:" in ml.yaml, or the signature.';

const requestSchema: z.ZodType<ExampleRequest> = z.strictObject({
  inputs: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        datatype: z.custom<Datatype>((value) => typeof value === 'string'),
        shape: z.array(z.int().min(0).max(1_000_000_000)).max(16),
        data: z.custom<readonly JsonValue[]>((value) => Array.isArray(value), 'not a list'),
      }),
    )
    .min(1)
    .max(1000),
});

/** Reads `example.json` of a bundle. @throws MlError ERR_ML_BUNDLE_LAYOUT, ERR_ML_BUNDLE_SERVING */
export function decodeExample(bytes: Uint8Array, signature: ModelSignature): ExampleRequest {
  const kind = { name: 'example.json', schema: requestSchema, limit: maxExample };
  return checkExample(readStrict(bytes, kind), signature);
}

/**
 * @param value a request as somebody wrote it
 * @throws MlError ERR_ML_BUNDLE_SERVING where it is none, or the signature allows another
 */
export function checkExample(value: unknown, { inputs }: ModelSignature): ExampleRequest {
  const read = requestSchema.safeParse(value);
  const [issue] = read.error?.issues ?? [];
  if (!read.success)
    throw notServable(
      `The example is no request of the Open Inference Protocol: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
      `${fix} A request is { inputs: [{ name, datatype, shape, data }] }.`,
    );
  const given = new Map(read.data.inputs.map((tensor) => [tensor.name, tensor]));
  if (given.size !== read.data.inputs.length) throw notServable('The example has an input twice', fix);
  for (const expected of inputs) checkTensor(given.get(expected.name), expected);
  const extra = read.data.inputs.find(({ name }) => !inputs.some((expected) => expected.name === name));
  if (extra !== undefined)
    throw notServable(`The example has an input "${extra.name}" that the signature does not know`, fix);
  return read.data;
}

function checkTensor(tensor: TensorValue | undefined, { name, datatype, shape }: TensorSignature): void {
  if (tensor === undefined) throw notServable(`The example has no input "${name}"`, fix);
  if (tensor.datatype !== datatype)
    throw notServable(
      `The example’s "${name}" is ${tensor.datatype}, and the signature says ${datatype}`,
      fix,
    );
  const fits =
    tensor.shape.length === shape.length &&
    shape.every((size, at) => size === -1 || size === tensor.shape[at]);
  if (!fits)
    throw notServable(
      `The example’s "${name}" has the shape [${tensor.shape.join(', ')}], and the signature says [${shape.join(', ')}]`,
      fix,
    );
  checkData(tensor);
}

function checkData({ name, datatype, shape, data }: TensorValue): void {
  const values = flatten(data);
  const count = shape.reduce((product, size) => product * size, 1);
  if (values.length !== count)
    throw notServable(
      `The example’s "${name}" has ${String(values.length)} values, and its shape [${shape.join(', ')}] holds ${String(count)}`,
      fix,
    );
  const wrong = values.find((value) => !isOf(datatype, value));
  if (wrong !== undefined)
    throw notServable(
      `The example’s "${name}" holds ${JSON.stringify(wrong).slice(0, 60)}, which is no ${datatype}`,
      fix,
    );
}

function flatten(data: readonly JsonValue[]): readonly JsonValue[] {
  return data.flatMap((item) => (isList(item) ? flatten(item) : [item]));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

const integers: Partial<Record<Datatype, readonly [number, number]>> = {
  UINT8: [0, 0xff],
  UINT16: [0, 0xffff],
  UINT32: [0, 0xffff_ffff],
  UINT64: [0, 2 ** 64],
  INT8: [-0x80, 0x7f],
  INT16: [-0x8000, 0x7fff],
  INT32: [-0x8000_0000, 0x7fff_ffff],
  INT64: [-(2 ** 63), 2 ** 63],
};

function isOf(datatype: Datatype, value: JsonValue): boolean {
  if (datatype === 'BOOL') return typeof value === 'boolean';
  if (datatype === 'BYTES') return typeof value === 'string';
  if (typeof value !== 'number') return false;
  const range = integers[datatype];
  return range === undefined || (Number.isInteger(value) && value >= range[0] && value <= range[1]);
}
