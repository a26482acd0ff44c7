import type { Digest } from '../kernel/index.js';

/** The last entry of a journal that somebody has seen. */
export interface Remembered {
  /** Entries up to and with it. */
  readonly length: number;
  readonly digest: Digest;
}

export type Forgotten =
  /** The journal is not there at all. */
  | 'gone'
  /** Entries at its end are missing. */
  | 'shorter'
  /** It is another journal than the one that was seen. */
  | 'other';

/**
 * A hash chain cannot tell a journal that was cut at its end from a younger one; who remembers can. A budget that is forgotten is never a
 * fresh one.
 *
 * @returns undefined where the journal holds what is remembered.
 */
export function checkRemembered(
  entries: readonly { readonly digest: Digest }[],
  remembered: Remembered | undefined,
): Forgotten | undefined {
  if (remembered === undefined || remembered.length === 0) return undefined;
  if (entries.length === 0) return 'gone';
  if (entries.length < remembered.length) return 'shorter';
  return entries[remembered.length - 1]?.digest === remembered.digest ? undefined : 'other';
}
