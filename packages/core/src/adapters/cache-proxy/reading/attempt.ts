import { readMeaning } from '../../../cache-proxy/index.js';
import { isMlError, messageOf } from '../../../kernel/index.js';
import { Denied } from '../../server-session/index.js';
import { UpstreamTrouble } from '../upstream/trouble.js';
import type { FoundEntry } from './found-entry.js';
import { SpoolFailure } from '../files/spool.js';

/** How one request for an entry ended. */
export type Attempt =
  | { readonly kind: 'found'; readonly entry: FoundEntry }
  | { readonly kind: 'absent' }
  /** May pass. */
  | { readonly kind: 'again'; readonly why: string; readonly afterMs: number }
  /** The token was not taken, and there is another. */
  | { readonly kind: 'renewed' }
  /** No entry that could be used; the server is to blame. */
  | { readonly kind: 'unanswered'; readonly why: string }
  /** An entry that is not believed, or that Nx could not restore. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It failed here. */
  | { readonly kind: 'unable'; readonly why: string };

/** What an attempt came to that was broken off. A bug too costs a task its hit, and never its result. */
export function attemptOf(error: unknown): Attempt {
  if (error instanceof UpstreamTrouble) {
    const meaning = readMeaning({ kind: 'failed', failure: error.failure });
    return meaning.kind === 'again' ? meaning : { kind: 'unanswered', why: whyOf(meaning) };
  }
  if (error instanceof Denied) {
    const { why, passing } = error;
    return passing === undefined ? { kind: 'unanswered', why } : { kind: 'again', why, afterMs: 0 };
  }
  if (error instanceof SpoolFailure) return { kind: 'unable', why: error.why };
  if (isMlError(error)) return { kind: 'refused', why: error.message };
  return { kind: 'unable', why: `something failed here: ${messageOf(error)}` };
}

function whyOf(meaning: object): string {
  return 'why' in meaning ? String(meaning.why) : 'it failed';
}
