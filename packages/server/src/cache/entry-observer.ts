import type { Scope, TaskHash } from '@nx-ml/core/cache';

export interface ObservedEntry {
  /** Where it lies. */
  readonly scope: Scope;
  readonly hash: TaskHash;
  /** Its name in the storage. */
  readonly blob: string;
  /** Bytes of its body. */
  readonly size: number;
}

/** What is told of entries, for metrics, the use that decides what goes first, and the log. */
export interface EntryObserver {
  /** It was there and is being sent. */
  onHit(entry: ObservedEntry): void;
  onMiss(reader: Scope): void;
  onStored(entry: ObservedEntry): void;
  /** What lies in the place of an entry is none that is believed: changed, swapped, or signed by nobody we know. */
  onUntrusted(place: { readonly blob: string; readonly reason: string }): void;
}
