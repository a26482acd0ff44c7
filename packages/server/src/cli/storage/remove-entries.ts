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

/** Carries out what `planGc` says of the entries of Nx. */
export async function removeEntries({
  blobs,
  state,
  rules,
  isDry,
}: RemovalDeps): Promise<readonly PlacedUse[]> {
  const index = await collectUses(blobs, new UseLog(state));
  const entries = planGc(index.all(), rules);
  if (!isDry) for (const { blob } of entries) await blobs.remove(blob);
  return entries;
}
