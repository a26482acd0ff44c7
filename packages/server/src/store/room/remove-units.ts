import type { Blobs } from '@nx-ml/core/remote';

import type { StoreUses } from './store-uses.js';
import type { StoreUnit } from './store-unit.js';

export interface RemoveDeps {
  /** The whole storage. */
  readonly blobs: Blobs;
  readonly uses: Pick<StoreUses, 'isFree' | 'removing'>;
  /** What somebody was told of since then stays. Milliseconds since the epoch. */
  readonly relied: number;
}

/**
 * Carries out a plan, in its order. What somebody came to count on since it was made stays, with all that it takes from.
 *
 * @returns what was removed
 */
export async function removeUnits(
  plan: readonly StoreUnit[],
  { blobs, uses, relied }: RemoveDeps,
): Promise<readonly StoreUnit[]> {
  const stays = new Set<string>();
  const removed: StoreUnit[] = [];
  for (const unit of plan) {
    if (unit.blobs.some((blob) => stays.has(blob) || !uses.isFree(blob, relied))) {
      for (const source of unit.takesFrom) stays.add(source);
      continue;
    }
    for (const blob of unit.blobs) await uses.removing(blob, () => blobs.remove(blob));
    removed.push(unit);
  }
  return removed;
}
