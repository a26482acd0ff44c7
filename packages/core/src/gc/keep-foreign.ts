import type { RunPolicy } from './keep-runs.js';

const dayMs = 86_400_000;

/**
 * Is data of another tool kept that the store remembers? It comes again from where that tool keeps it, so that it is kept for a
 * time and not for ever; what a workspace stands at is kept by its results besides.
 *
 * @param usedAt when it was last put or relied on, milliseconds since the epoch; undefined: it is not there, or nobody
 * can tell, and then it is kept.
 */
export function isForeignKept(
  usedAt: number | undefined,
  { keepDays }: Pick<RunPolicy, 'keepDays'>,
  now: number,
): boolean {
  return usedAt === undefined || now - usedAt < keepDays * dayMs;
}
