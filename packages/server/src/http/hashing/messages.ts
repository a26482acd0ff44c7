/** What the thread is told. A lane is one hash at a time, over memory that both sides see. Messages of all lanes are done in order. */
export type ToThread =
  | { readonly kind: 'open'; readonly lane: number; readonly memory: SharedArrayBuffer }
  /** Begins anew, whatever came before. */
  | { readonly kind: 'start'; readonly lane: number }
  /** Answered by undefined. */
  | { readonly kind: 'update'; readonly lane: number; readonly start: number; readonly length: number }
  /** Answered by the digest, hexadecimal. */
  | { readonly kind: 'digest'; readonly lane: number }
  | { readonly kind: 'close'; readonly lane: number };

/** The first is 'ready', when the thread runs; then one for each question, in their order. */
export type FromThread = string | undefined;
