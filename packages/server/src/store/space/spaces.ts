import type { Scope } from '@nx-ml/core/cache';
import type { ServedBlobs } from '@nx-ml/core/remote';

import { ScopedBlobs } from './scoped-blobs.js';
import { StoreSpace } from './store-space.js';
import { Turns } from './turns.js';

/** What tokens of a scope see of a server's storage. */
export type Spaces = (scope: Scope) => StoreSpace;

export function spacesOf(storage: ServedBlobs): Spaces {
  const turns = new Turns();
  return (scope) => new StoreSpace(scope, (which) => new ScopedBlobs(storage, `store/${which}/`), turns);
}
