import { createHash } from 'node:crypto';

import { parseScope } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';

import { Refusal } from '../../http/refusal.js';

/** What an ID token says of the job that has it: verified, and still what somebody chose. */
export type Claims = Readonly<Record<string, unknown>>;

/** A genuine token that gets nothing. Only whoever has such a token learns why. */
export function notGranted(message: string, fix: string): Refusal {
  return new Refusal(403, { message: `This job gets no token: ${message}`, fix });
}

/** The value of a claim as text; numbers too, since ids are written both ways. Empty for none. */
export function claimText(claims: Claims, name: string): string {
  const value = claims[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Both providers write it as text. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** The scope of one ref of one repository. Nobody who may not push to the ref comes to the same. */
export function branchScope(issuer: string, repositoryId: string, ref: string): Scope {
  const hash = createHash('sha256').update(`nx-ml branch 1\n${JSON.stringify([issuer, repositoryId, ref])}`);
  return parseScope(`branch-${hash.digest('hex').slice(0, 24)}`);
}
