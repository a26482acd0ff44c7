import type { Rng } from '../../../kernel/index.js';
import type { Dimension } from '../../space/index.js';
import { bandwidths } from './bandwidth.js';
import { drawCutNormal, normalMass } from './normal.js';

/** The kernels of a mixture in one dimension: one a point, and a last one for what is not known yet. */
export interface Marginal {
  /** A place from one kernel. */
  draw(rng: Rng, kernel: number): number;
  /** Adds ln of each kernel's density at a place, or of its mass in the cell of it. */
  addLogs(place: number, logs: Float64Array): void;
}

/** @param places of the points, each within the dimension. */
export function marginalOf(dimension: Dimension, places: Float64Array): Marginal {
  if (dimension.parameter.kind === 'choice') return categories(dimension.count, places);
  return normals(places, dimension.cell);
}

/** A point's own category, and a little of all others that gets less with each point. */
function categories(count: number, places: Float64Array): Marginal {
  const little = 1 / (places.length + 1);
  const whole = 1 + little * count;
  const [own, other, unknown] = [Math.log((1 + little) / whole), Math.log(little / whole), -Math.log(count)];
  const indexAt = (place: number): number => Math.min(count - 1, Math.floor(place * count));
  const seen = Int32Array.from(places, indexAt);
  return {
    draw: (rng, kernel) => {
      const isOwn = rng.uniform() * whole < 1 && kernel < seen.length;
      return ((isOwn ? (seen[kernel] ?? 0) : Math.floor(rng.uniform() * count)) + 0.5) / count;
    },
    addLogs: (place, logs) => {
      const at = indexAt(place);
      for (let kernel = 0; kernel < seen.length; kernel += 1)
        logs[kernel] = (logs[kernel] ?? 0) + (seen[kernel] === at ? own : other);
      logs[seen.length] = (logs[seen.length] ?? 0) + unknown;
    },
  };
}

/** Normals, cut to 0..1; the last in the middle and as wide as all. */
function normals(places: Float64Array, cell: Dimension['cell']): Marginal {
  const means = Float64Array.from([...places, 0.5]);
  const widths = Float64Array.from([...bandwidths(places), 1]);
  const logMass = (from: number, to: number, kernel: number): number =>
    logMassOf(from, to, means[kernel] ?? 0.5, widths[kernel] ?? 1);
  const inside = means.map((_, kernel) => logMass(0, 1, kernel));
  return {
    draw: (rng, kernel) => drawCutNormal(rng, means[kernel] ?? 0.5, widths[kernel] ?? 1),
    addLogs: cell === undefined ? densities(means, widths, inside) : masses(cell, inside, logMass),
  };
}

/** Of a narrow cell, or one so far out that it does not count beside others, the height in its middle will do. */
function logMassOf(from: number, to: number, mean: number, width: number): number {
  const off = (from + to) / 2 - mean;
  const half = (to - from) / 2;
  if (half < width / 4 || Math.abs(off) - half > 5 * width)
    return Math.log((2 * half) / width) - LOG_ROOT_2_PI - (off / width) ** 2 / 2;
  return Math.log(normalMass((from - mean) / width, (to - mean) / width));
}

function densities(means: Float64Array, widths: Float64Array, inside: Float64Array): Marginal['addLogs'] {
  const heights = widths.map((width, kernel) => -Math.log(width) - LOG_ROOT_2_PI - (inside[kernel] ?? 0));
  return (place, logs) => {
    for (let kernel = 0; kernel < logs.length; kernel += 1) {
      const off = (place - (means[kernel] ?? 0.5)) / (widths[kernel] ?? 1);
      logs[kernel] = (logs[kernel] ?? 0) + (heights[kernel] ?? 0) - (off * off) / 2;
    }
  };
}

const LOG_ROOT_2_PI = Math.log(2 * Math.PI) / 2;

/** Many candidates share few cells, and masses are dear: each cell's are kept. */
function masses(
  cell: NonNullable<Dimension['cell']>,
  inside: Float64Array,
  logMass: (from: number, to: number, kernel: number) => number,
): Marginal['addLogs'] {
  const known = new Map<number, Float64Array>();
  return (place, logs) => {
    const [from, to] = cell(place);
    let own = known.get(from);
    if (own === undefined) {
      own = inside.map((log, kernel) => logMass(from, to, kernel) - log);
      known.set(from, own);
    }
    for (let kernel = 0; kernel < logs.length; kernel += 1)
      logs[kernel] = (logs[kernel] ?? 0) + (own[kernel] ?? 0);
  };
}
