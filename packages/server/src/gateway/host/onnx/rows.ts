import type { TensorData } from '../../protocol/index.js';
import type { RunAnswer, RunResult, Wire } from './messages.js';

type TypedArray = Exclude<TensorData, readonly unknown[]>;

/** Rows behind one another. All have the same type, and the same sizes behind the first. */
export function joinRows(parts: readonly Wire[]): Wire {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? { dims: [0], data: [] };
  const dims = [sumOf(parts.map((part) => part.dims[0] ?? 0)), ...first.dims.slice(1)];
  return { dims, data: joinData(parts.map((part) => part.data)) };
}

function joinData(parts: readonly TensorData[]): TensorData {
  const [first] = parts;
  if (!ArrayBuffer.isView(first)) return (parts as readonly (readonly string[])[]).flat();
  const joined = new (first.constructor as new (count: number) => TypedArray)(
    sumOf(parts.map(({ length }) => length)),
  );
  let at = 0;
  for (const part of parts) {
    (joined as Float32Array).set(part as Float32Array, at);
    at += part.length;
  }
  return joined;
}

/** The rows of each request out of tensors that hold those of all. @param rows of each request */
export function splitRows(tensors: readonly Wire[], rows: readonly number[]): Wire[][] {
  let from = 0;
  return rows.map((count) => {
    const start = from;
    from += count;
    return tensors.map((tensor) => cut(tensor, start, count));
  });
}

function cut({ dims, data }: Wire, start: number, count: number): Wire {
  const width = dims.slice(1).reduce((product, size) => product * size, 1);
  const [from, to] = [start * width, (start + count) * width];
  const part = ArrayBuffer.isView(data) ? (data as Float32Array).subarray(from, to) : data.slice(from, to);
  return { dims: [count, ...dims.slice(1)], data: part };
}

/** Whether every output has as many rows as went in: otherwise nobody can tell whose they are. */
export function hasRows(outputs: readonly Wire[], rows: readonly number[]): boolean {
  const total = sumOf(rows);
  return outputs.every(({ dims }) => dims[0] === total);
}

/** What each request of a run gets. */
export function resultsOf(answer: RunAnswer, rows: readonly number[]): readonly RunResult[] {
  if ('each' in answer) return answer.each;
  if (rows.length < 2) return [answer];
  if ('failed' in answer) return rows.map(() => answer);
  return splitRows(answer.outputs, rows).map((outputs) => ({ outputs }));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
