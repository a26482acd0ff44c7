import type { Datatype, TensorSignature } from '@nx-ml/core/bundle';

/** Elements in row-major order, as JSON or memory holds them: FP16 as numbers, INT64 and UINT64 as numbers or bigints. */
export type TensorData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | readonly (number | bigint)[]
  | readonly boolean[]
  | readonly string[];

/** A tensor of a request or an answer; it has as many elements as its shape says. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** Sizes of its dimensions, none of them unknown. */
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A request that is right by the model's signature. */
export interface InferenceRequest {
  readonly id?: string | undefined;
  readonly inputs: readonly Tensor[];
  /** Names of the outputs that are asked for, at least one; undefined asks for all. */
  readonly outputs?: readonly string[] | undefined;
  /** The JSON that it came as, for a host that speaks the protocol itself. */
  readonly body: Uint8Array;
}

/** Of a model, as the protocol tells it. */
export interface ModelMetadata {
  readonly name: string;
  /** The protocol's name of what runs it: `onnx_onnxv1`, `command`. */
  readonly platform: string;
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
}
