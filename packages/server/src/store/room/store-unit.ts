import type { Scope } from '@nx-ml/core/cache';

/** What of a scope's store goes at once, if it goes: a blob, or a pack with its index. */
export interface StoreUnit {
  readonly scope: Scope;
  /** Names in the storage, in the order in which they are removed: an index without its pack would be a lie. */
  readonly blobs: readonly string[];
  /** Bytes of all of them. */
  readonly size: number;
  /** When it was last written or asked for. Milliseconds since the epoch. */
  readonly usedAt: number;
  /** When somebody was last told that it is there, and may still count on it. At least `usedAt`. */
  readonly reliedAt: number;
  /** Whether a journal or an entry of Nx leads to something that it holds. */
  readonly isReferenced: boolean;
  /** Names in the storage of those that it is made of: a recipe without them is worth nothing. */
  readonly takesFrom: readonly string[];
}
