import type { Datatype } from '@nx-ml/core/bundle';

import { InferenceFailure } from './inference-failure.js';
import type { TensorData } from './tensor.js';

/** How the elements of one datatype are read from JSON, one after another. */
interface Elements {
  /** For as many elements. */
  allocate(count: number): TensorData;
  /** @returns whether the value is one of the datatype's */
  put(data: TensorData, at: number, value: unknown): boolean;
}

type Numbers = Exclude<TensorData, readonly unknown[] | BigInt64Array | BigUint64Array>;

const integers = (allocate: (count: number) => Numbers, least: number, most: number): Elements => ({
  allocate,
  put: (data, at, value) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) return false;
    (data as Numbers)[at] = value as number;
    return true;
  },
});

/** Beyond 2^53 a number of JSON has become another one when it is read: it is refused rather than served. */
const bigIntegers = (
  allocate: (count: number) => BigInt64Array | BigUint64Array,
  isSigned: boolean,
): Elements => ({
  allocate,
  put: (data, at, value) => {
    if (!Number.isSafeInteger(value) || (!isSigned && (value as number) < 0)) return false;
    (data as BigInt64Array)[at] = BigInt(value as number);
    return true;
  },
});

/** What rounds to infinity does not fit. */
const floats = (allocate: (count: number) => Numbers, most: number): Elements => ({
  allocate,
  put: (data, at, value) => {
    if (typeof value !== 'number' || !(Math.abs(value) <= most)) return false;
    (data as Numbers)[at] = value;
    return true;
  },
});

const largestFloat32 = 3.4028234663852886e38;
const largestFloat16 = 65_504;

const byDatatype: Readonly<Record<Datatype, Elements>> = {
  BOOL: {
    allocate: (count) => new Uint8Array(count),
    put: (data, at, value) => {
      if (typeof value !== 'boolean') return false;
      (data as Uint8Array)[at] = value ? 1 : 0;
      return true;
    },
  },
  UINT8: integers((count) => new Uint8Array(count), 0, 2 ** 8 - 1),
  UINT16: integers((count) => new Uint16Array(count), 0, 2 ** 16 - 1),
  UINT32: integers((count) => new Uint32Array(count), 0, 2 ** 32 - 1),
  UINT64: bigIntegers((count) => new BigUint64Array(count), false),
  INT8: integers((count) => new Int8Array(count), -(2 ** 7), 2 ** 7 - 1),
  INT16: integers((count) => new Int16Array(count), -(2 ** 15), 2 ** 15 - 1),
  INT32: integers((count) => new Int32Array(count), -(2 ** 31), 2 ** 31 - 1),
  INT64: bigIntegers((count) => new BigInt64Array(count), true),
  FP16: floats((count) => new Float32Array(count), largestFloat16),
  FP32: floats((count) => new Float32Array(count), largestFloat32),
  FP64: floats((count) => new Float64Array(count), Number.MAX_VALUE),
  BYTES: {
    allocate: (count) => new Array<string>(count).fill(''),
    put: (data, at, value) => {
      if (typeof value !== 'string') return false;
      (data as string[])[at] = value;
      return true;
    },
  },
};

/** The data of a tensor in JSON, with how much of it there should be. */
export interface JsonData {
  /** For messages: `input "x"`. */
  readonly what: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly count: number;
  readonly data: unknown;
}

/**
 * Reads `data`: flat, or nested exactly as the shape says; no deeper, so that no nesting is followed that a hostile body makes up.
 *
 * @throws InferenceFailure `request`
 */
export function readElements({ what, datatype, shape, count, data }: JsonData): TensorData {
  if (!Array.isArray(data)) throw new InferenceFailure('request', `${what}: data is no array`);
  const values: readonly unknown[] = Array.isArray(data[0]) ? flattened(data, what, shape) : data;
  if (values.length !== count)
    throw new InferenceFailure(
      'request',
      `${what}: data has ${String(values.length)} elements, and its shape ${String(count)}`,
    );
  const elements = byDatatype[datatype];
  const target = elements.allocate(count);
  for (let at = 0; at < count; at += 1) {
    if (elements.put(target, at, values[at])) continue;
    const value = JSON.stringify(values[at]).slice(0, 40);
    throw new InferenceFailure(
      'request',
      `${what}: element ${String(at)} is ${value}, which is no ${datatype}`,
    );
  }
  return target;
}

function flattened(nested: readonly unknown[], what: string, shape: readonly number[]): unknown[] {
  const flat: unknown[] = [];
  const follow = (values: unknown, depth: number): void => {
    if (depth === shape.length) {
      flat.push(values);
      return;
    }
    if (!Array.isArray(values) || values.length !== shape[depth])
      throw new InferenceFailure(
        'request',
        `${what}: data is nested otherwise than its shape [${shape.join()}]`,
      );
    for (const value of values) follow(value, depth + 1);
  };
  follow(nested, 0);
  return flat;
}
