import type { RingMemory } from './ring.js';

/** What a thread is started with. */
export interface ThreadTask {
  readonly path: string;
  readonly memory: RingMemory;
}

/** From the thread that reads. */
export type FromReader =
  | { readonly kind: 'read'; readonly bytes: number }
  | {
      readonly kind: 'cut';
      readonly size: number;
      readonly list: Uint8Array<ArrayBuffer>;
      readonly digest: Uint8Array;
    }
  | { readonly kind: 'changed' }
  | { readonly kind: 'irregular'; readonly what: string }
  | { readonly kind: 'failed'; readonly message: string };
