/**
 * ONNX models as bytes, made without Python: just enough of the protobuf encoding for small graphs. Field numbers are those of
 * onnx.proto3; IR version 8, opset 17.
 */

/** Element types of onnx.proto3's TensorProto. */
export const onnxTypes = { FLOAT: 1, INT64: 7, STRING: 8, BOOL: 9, FLOAT16: 10, DOUBLE: 11 } as const;

export type OnnxType = keyof typeof onnxTypes;

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** A text names a dimension that varies. */
  readonly shape: readonly (number | string)[];
}

/** A constant of floats. */
export interface OnnxWeights {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly weights?: readonly OnnxWeights[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** The file of a model. */
export function onnxModel({ nodes, weights = [], inputs, outputs }: OnnxGraph): Buffer {
  const graph = Buffer.concat([
    ...nodes.map((node) => field(1, nodeOf(node))),
    field(2, 'graph'),
    ...weights.map((each) => field(5, weightsOf(each))),
    ...inputs.map((value) => field(11, valueOf(value))),
    ...outputs.map((value) => field(12, valueOf(value))),
  ]);
  return Buffer.concat([
    number(1, 8),
    field(7, graph),
    field(8, Buffer.concat([field(1, ''), number(2, 17)])),
  ]);
}

/** y = relu(… relu(x W1) …) Wn: rows of `sizes[0]` numbers to rows of the last size. Weights are small and the same each time. */
export function onnxPerceptron(sizes: readonly number[]): Buffer {
  const layers = sizes.slice(1).map((out, layer) => ({ layer, shape: [sizes[layer] ?? 1, out] }));
  const last = layers.length - 1;
  const nodes = layers.flatMap(({ layer }) => {
    const into = layer === 0 ? 'x' : `r${String(layer - 1)}`;
    const product = layer === last ? 'y' : `h${String(layer)}`;
    const multiply: OnnxNode = { op: 'MatMul', inputs: [into, `w${String(layer)}`], outputs: [product] };
    return layer === last
      ? [multiply]
      : [multiply, { op: 'Relu', inputs: [product], outputs: [`r${String(layer)}`] }];
  });
  const weights = layers.map(({ layer, shape }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length: count }, (_, at) => (((at * 7919) % 13) - 6) / 64);
    return { name: `w${String(layer)}`, shape, data };
  });
  return onnxModel({
    nodes,
    weights,
    inputs: [{ name: 'x', type: 'FLOAT', shape: ['rows', sizes[0] ?? 1] }],
    outputs: [{ name: 'y', type: 'FLOAT', shape: ['rows', sizes[sizes.length - 1] ?? 1] }],
  });
}

function nodeOf({ op, inputs, outputs }: OnnxNode): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => field(1, name)),
    ...outputs.map((name) => field(2, name)),
    field(4, op),
  ]);
}

function weightsOf({ name, shape, data }: OnnxWeights): Buffer {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([
    ...shape.map((size) => number(1, size)),
    number(2, onnxTypes.FLOAT),
    field(8, name),
    field(9, raw),
  ]);
}

function valueOf({ name, type, shape }: OnnxValue): Buffer {
  const dimensions = shape.map((size) =>
    field(1, typeof size === 'number' ? number(1, size) : field(2, size)),
  );
  const tensor = Buffer.concat([number(1, onnxTypes[type]), field(2, Buffer.concat(dimensions))]);
  return Buffer.concat([field(1, name), field(2, field(1, tensor))]);
}

/** A field of bytes: a text, a message. */
function field(at: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(at * 8 + 2), varint(bytes.length), bytes]);
}

function number(at: number, value: number): Buffer {
  return Buffer.concat([varint(at * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
