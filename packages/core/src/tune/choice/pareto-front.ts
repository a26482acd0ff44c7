import type { Direction, Trial } from '../samplers/index.js';
import { frontOf, minimised } from './pareto.js';

/** The complete trials that none is better than in all objectives, by their number; of one objective, the best and its equals. */
export function paretoFront(history: readonly Trial[], directions: readonly Direction[]): readonly Trial[] {
  const complete = history.filter(({ state }) => state === 'complete').sort((a, b) => a.number - b.number);
  const rows = complete.map(({ values = [] }) => minimised(values, directions));
  return frontOf(rows).flatMap((index) => complete[index] ?? []);
}
