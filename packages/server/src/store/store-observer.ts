import type { Scope } from '@nx-ml/core/cache';

import type { EntryName } from './space/place-of-name.js';

export interface Appended extends Pick<EntryName, 'journal' | 'sequence'> {
  readonly scope: Scope;
  /** An entry that was found to follow the one before it. */
  readonly bytes: Uint8Array;
}

/** What is told of the store, for whoever looks after the server. Nothing waits for it, and it throws nothing. */
export interface StoreObserver {
  /** All of it, where it was received by this server. */
  onStored(scope: Scope, name: string): void;
  onAppended(appended: Appended): void;
}
