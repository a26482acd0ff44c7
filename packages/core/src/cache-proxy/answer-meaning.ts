import type { NetworkFailure, UpstreamEnd } from './upstream-end.js';

/** What an answer to a question means. */
export type ReadMeaning =
  | { readonly kind: 'entry' }
  | { readonly kind: 'absent' }
  /** Our token is not taken; a fresh one may be. */
  | { readonly kind: 'unauthorized'; readonly why: string }
  | TroubleMeaning;

/** What an answer to an entry that was sent means. */
export type WriteMeaning =
  /** Stored, or another was there before: no entry is ever replaced. */
  | { readonly kind: 'stored' }
  | { readonly kind: 'taken' }
  /** The token is not taken. */
  | { readonly kind: 'unauthorized'; readonly why: string }
  /** The token may only read: nothing of this run will be taken. */
  | { readonly kind: 'read-only'; readonly why: string }
  /** This entry will never be taken, whoever sends it. */
  | { readonly kind: 'unwanted'; readonly why: string }
  | TroubleMeaning;

export type TroubleMeaning =
  /** May pass: ask again, and not before that many milliseconds where the server says so. */
  | { readonly kind: 'again'; readonly why: string; readonly afterMs: number }
  /** Nobody there speaks as a cache server does; asking again gives the same. */
  | { readonly kind: 'wrong'; readonly why: string };

const failures: Readonly<Record<NetworkFailure, { readonly why: string; readonly mayPass: boolean }>> = {
  'unknown-host': { why: 'its name leads nowhere', mayPass: true },
  unreachable: { why: 'nobody listens there', mayPass: true },
  certificate: {
    why: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names your own authority)',
    mayPass: false,
  },
  silent: { why: 'it gives no answer', mayPass: true },
  slow: { why: 'its answers come too slowly', mayPass: false },
  broken: { why: 'it breaks connections off', mayPass: true },
  garbage: { why: 'it does not speak HTTP', mayPass: false },
};

/** 429 and the failures of a server, or of a gateway before it, that pass. */
const passing: ReadonlySet<number> = new Set([
  408, 421, 425, 429, 500, 502, 503, 504, 507, 520, 522, 524, 529,
]);

export function readMeaning(end: UpstreamEnd): ReadMeaning {
  if (end.kind === 'failed') return ofFailure(end.failure);
  if (end.status === 200) return { kind: 'entry' };
  if (end.status === 404) return { kind: 'absent' };
  if (end.status === 401) return { kind: 'unauthorized', why: 'it does not take the token (401)' };
  return ofStatus(end.status, end.retryAfterMs);
}

export function writeMeaning(end: UpstreamEnd): WriteMeaning {
  if (end.kind === 'failed') return ofFailure(end.failure);
  const { status, retryAfterMs } = end;
  if (status >= 200 && status < 300) return { kind: 'stored' };
  if (status === 409 || status === 412) return { kind: 'taken' };
  if (status === 401) return { kind: 'unauthorized', why: 'it does not take the token (401)' };
  if (status === 403) return { kind: 'read-only', why: 'the token may not write (403)' };
  if (status === 413) return { kind: 'unwanted', why: 'it takes no entry of this size (413)' };
  if ([400, 411, 415, 422].includes(status))
    return { kind: 'unwanted', why: `it does not take the entry (${String(status)})` };
  return ofStatus(status, retryAfterMs);
}

function ofStatus(status: number, retryAfterMs = 0): TroubleMeaning {
  if (passing.has(status))
    return { kind: 'again', why: `it answers ${String(status)}`, afterMs: retryAfterMs };
  const why =
    status >= 300 && status < 400 ? 'it leads elsewhere, which is not followed' : 'it is no cache server';
  return { kind: 'wrong', why: `${why} (${String(status)})` };
}

function ofFailure(failure: NetworkFailure): TroubleMeaning {
  const { why, mayPass } = failures[failure];
  return mayPass ? { kind: 'again', why, afterMs: 0 } : { kind: 'wrong', why };
}

/** The milliseconds that a Retry-After asks for; of a date too, by the server's own clock. undefined for what is neither. */
export function retryAfterMs(header: string | undefined, date: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const wait = Date.parse(header) - Date.parse(date ?? '');
  return Number.isFinite(wait) && wait >= 0 ? wait : undefined;
}
