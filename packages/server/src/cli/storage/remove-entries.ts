import type { Blobs } from '@nx-ml/core/remote';

import type { StateFolder } from '../../access/state/index.js';
import { collectUses, planGc, UseLog } from '../../operations/index.js';
import type { GcRules, PlacedUse } from '../../operations/index.js';

export interface RemovalDeps {
  readonly blobs: Blobs;
  readonly state: StateFolder;
  readonly rules: GcRules;
  /** Only looks. */
  readonly isDry: boolean;
}

/** Carries out what `planGc` says; of a scope that goes as a whole, its store too: nobody else sees it. */
export async function removeEntries({ blobs, state, rules, isDry }: RemovalDeps): Promise<{
  readonly entries: readonly PlacedUse[];
  readonly objects: number;
}> {
  const index = await collectUses(blobs, new UseLog(state));
  const entries = planGc(index.all(), rules);
  // Entries first: one whose objects have gone would be worth nothing.
  if (!isDry) for (const { blob } of entries) await blobs.remove(blob);
  let objects = 0;
  if (rules.scope !== undefined)
    for await (const { name } of blobs.list(`store/${rules.scope}/`)) {
      objects += 1;
      if (!isDry) await blobs.remove(name);
    }
  return { entries, objects };
}
