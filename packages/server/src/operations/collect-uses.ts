import type { Blobs } from '@nx-ml/core/remote';

import { entriesPrefix } from '../cache/entry-blob.js';
import { UsageIndex } from './usage-index.js';
import type { UseLog } from './use-log.js';

/** All entries that are stored now, with their last use. */
export async function collectUses(blobs: Blobs, uses: UseLog): Promise<UsageIndex> {
  const known = await uses.read();
  const index = new UsageIndex();
  for await (const { name, size, changedAt = 0 } of blobs.list(entriesPrefix))
    index.add(name, size, known.get(name) ?? changedAt);
  return index;
}
