import { createHash } from 'node:crypto';

import { parseScope } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';

import type { Access } from '../access.js';
import { Refusal } from '../../http/refusal.js';

/** What an ID token says of the job that has it: verified, and still what somebody chose. */
export type Claims = Readonly<Record<string, unknown>>;

/** A ref of git: `refs/heads/main`, or with one `*` as its last character `refs/tags/v*`. */
export const refPattern = /^refs\/(?:heads|tags)\/(?:[^\s*~^:?[\\]{1,250}\*?|\*)$/;

/** What pull requests may: write into a scope of their own, only read the protected one, or nothing. */
export const pullRequestModes = ['read-write', 'read', 'none'] as const;
export type PullRequestMode = (typeof pullRequestModes)[number];

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

export function matchesRef(ref: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? ref.startsWith(pattern.slice(0, -1)) : ref === pattern,
  );
}

/** The scope of one ref of one repository. Nobody who may not push to the ref comes to the same. */
export function branchScope(issuer: string, repositoryId: string, ref: string): Scope {
  const hash = createHash('sha256').update(`nx-ml branch 1\n${JSON.stringify([issuer, repositoryId, ref])}`);
  return parseScope(`branch-${hash.digest('hex').slice(0, 24)}`);
}

/** What a pull request gets. */
export function ofPullRequest(scope: Scope, mode: PullRequestMode, subject: string): Access {
  if (mode === 'none')
    throw notGranted('the server gives none to pull requests', 'Set pullRequests in the file of --oidc.');
  return { scope, mode, subject: forLog(subject) };
}

/** One line without surprises, since refs and names are chosen by whoever opens a pull request. */
export function forLog(subject: string): string {
  return subject.slice(0, 200).replaceAll(/[^\w./@:+-]/g, (letter) => (letter === ' ' ? letter : '?'));
}
