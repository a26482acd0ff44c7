import type { Tensor } from '../protocol/index.js';

/** How far two numbers may be apart: `absolute + relative * |baseline's|`. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Whether a shadow answered the same. Numbers by tolerance, NaN equal to itself; everything else exactly. Pure. */
export function isSameAnswer(
  baseline: readonly Tensor[],
  shadow: readonly Tensor[],
  tolerance: Tolerance,
): boolean {
  return (
    baseline.length === shadow.length &&
    baseline.every((tensor) => {
      const other = shadow.find(({ name }) => name === tensor.name);
      return other !== undefined && isSameTensor(tensor, other, tolerance);
    })
  );
}

function isSameTensor(one: Tensor, other: Tensor, tolerance: Tolerance): boolean {
  if (one.datatype !== other.datatype || one.shape.join() !== other.shape.join()) return false;
  if (one.data.length !== other.data.length) return false;
  for (let at = 0; at < one.data.length; at += 1)
    if (!isSame(one.data[at], other.data[at], tolerance)) return false;
  return true;
}

function isSame(one: unknown, other: unknown, { relative, absolute }: Tolerance): boolean {
  if (Object.is(one, other) || one === other) return true;
  if (typeof one !== 'number' || typeof other !== 'number') return false;
  return Math.abs(one - other) <= absolute + relative * Math.abs(one);
}
