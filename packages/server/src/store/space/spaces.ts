import type { Scope } from '@nx-ml/core/cache';
import type { ServedBlobs } from '@nx-ml/core/remote';

import { Budgets } from './budgets.js';
import { ScopedBlobs } from './scoped-blobs.js';
import type { BlobWatch } from './scoped-blobs.js';
import { StoreSpace } from './store-space.js';
import type { SpaceOf } from './store-space.js';
import { Turns } from './turns.js';

/** What tokens of a scope see of a server's storage. */
export type Spaces = (scope: Scope) => StoreSpace;

/** @param watch is told of what tokens ask for and write */
export function spacesOf(storage: ServedBlobs, watch?: BlobWatch): Spaces {
  const spaceOf: SpaceOf = (which) => new ScopedBlobs(storage, `store/${which}/`, watch);
  const deps = { spaceOf, turns: new Turns(), budgets: new Budgets(spaceOf('shared')) };
  return (scope) => new StoreSpace(scope, deps);
}
