import { badBundles } from './bundle-rows.js';
import { diskFullAmidTrial, fullDisk } from './disk-rows.js';
import type { FaultRow } from './fault-row.js';
import {
  jumpingClock,
  jumpingClockAlone,
  killedController,
  killedGateway,
  killedModel,
  twoAtOnce,
} from './kill-rows.js';
import { badModels, refusedModels } from './model-rows.js';
import { fullStore, goneStore, returnWithoutStore, storeFullAmidTrial } from './store-rows.js';

/** In the order of the table. */
export const allRows: readonly FaultRow[] = [
  ...refusedModels,
  ...badModels,
  killedController,
  killedGateway,
  killedModel,
  fullStore,
  storeFullAmidTrial,
  goneStore,
  returnWithoutStore,
  ...badBundles,
  twoAtOnce,
  jumpingClock,
  jumpingClockAlone,
  fullDisk,
  diskFullAmidTrial,
];

/** Those that need the gateway to have a disk of its own. */
export const diskRows: readonly FaultRow[] = [fullDisk, diskFullAmidTrial];

/** Those that need the store to have one. */
export const smallStoreRows: readonly FaultRow[] = [fullStore, storeFullAmidTrial];

/** One of each kind, in half a minute: what `npm test` runs. */
export const quickRows: readonly FaultRow[] = allRows.filter(
  (row) =>
    [killedController, killedGateway, twoAtOnce, jumpingClock, fullStore, fullDisk].includes(row) ||
    [refusedModels[0], badModels[0], badBundles[1], badBundles[2]].includes(row),
);
