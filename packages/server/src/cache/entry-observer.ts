import type { Scope, TaskHash } from '@nx-ml/core/cache';

/** What is told of entries, for metrics, the use that decides what goes first, and the log. */
export interface EntryObserver {
  /** It was there and is being sent. `scope` is where it lay; bytes of its body. */
  onHit(entry: { readonly scope: Scope; readonly hash: TaskHash; readonly size: number }): void;
  onMiss(reader: Scope): void;
  /** Bytes of its body. */
  onStored(entry: { readonly scope: Scope; readonly hash: TaskHash; readonly size: number }): void;
  /** What lies in the place of an entry is none that is believed: changed, swapped, or signed by nobody we know. */
  onUntrusted(place: { readonly blob: string; readonly reason: string }): void;
}
