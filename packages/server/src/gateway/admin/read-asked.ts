import type { CandidateMode, Release, Route } from '@nx-ml/core/deploy';
import { releaseId } from '@nx-ml/core/deploy';
import { documentBytes, isDigest, isJsonObject } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { Refusal } from '../../http/refusal.js';
import { isRelease, isServiceName } from '../release/index.js';
import type { Indexes } from '../state/index.js';

/** Seconds: who lives says so more often. */
const longestLease = 86_400;

export interface AskedRelease {
  readonly release: Release;
  readonly indexes: Indexes;
}

export interface AskedRoute {
  readonly to: Route;
  /** Seconds. */
  readonly lease: number | undefined;
}

/** What a request says, as far as it is one. Each throws Refusal 400. */
export function readService(name: string): string {
  if (isServiceName(name)) return name;
  throw malformed('the name of the service');
}

export function readDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw malformed('the digest in the address');
}

export function readRelease(body: unknown, { service, id }: { service: string; id: string }): AskedRelease {
  const { release, indexes } = objectOf(body);
  if (!isRelease(release) || release.service !== service || releaseId(release) !== id)
    throw malformed('the release, or its name');
  const given = isJsonObject(indexes) ? Object.entries(indexes) : [];
  const names = given.map(([name]) => name).sort();
  if (names.join('/') !== Object.keys(release.models).sort().join('/')) throw malformed('the indexes');
  return { release, indexes: Object.fromEntries(given.map(([name, index]) => [name, documentBytes(index)])) };
}

export function readRoute(body: unknown): AskedRoute {
  const { baseline, candidate } = objectOf(body);
  if (baseline !== null && !isDigest(baseline)) throw malformed('the baseline');
  if (candidate === undefined || candidate === null) return { to: { baseline }, lease: undefined };
  const { release, share, mode, leaseSeconds } = objectOf(candidate);
  if (!isDigest(release) || !isShare(share) || !isMode(mode)) throw malformed('the candidate');
  return { to: { baseline, candidate: { release, share, mode } }, lease: readLease(leaseSeconds) };
}

export function readRenewal(body: unknown): { readonly revision: string; readonly lease: number } {
  const { revision, leaseSeconds } = objectOf(body);
  if (typeof revision !== 'string') throw malformed('the revision');
  return { revision, lease: readLease(leaseSeconds) };
}

export function readRollback(body: unknown): { readonly to: Digest | undefined; readonly reason: string } {
  const { to, reason } = objectOf(body);
  if (to !== undefined && !isDigest(to)) throw malformed('the release to go back to');
  // It becomes a line of the log.
  if (typeof reason !== 'string' || reason.length > 1000) throw malformed('the reason');
  return { to, reason: reason.replace(/\p{Cc}/gu, ' ') };
}

/** @param header `"revision"`, as it was observed */
export function readRevision(header: unknown): string {
  const revision = typeof header === 'string' ? /^"([^"]{1,200})"$/.exec(header)?.[1] : undefined;
  if (revision !== undefined) return revision;
  throw new Refusal(428, {
    message: 'The revision that the change is compared with is missing',
    fix: 'Send If-Match: "revision", of GET /admin/v1/services/SERVICE.',
  });
}

function readLease(seconds: unknown): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds <= longestLease) return seconds;
  throw malformed('leaseSeconds');
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isMode(value: unknown): value is CandidateMode {
  return value === 'split' || value === 'shadow';
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isJsonObject(value)) return value;
  throw malformed('the body');
}

function malformed(what: string): Refusal {
  return new Refusal(400, {
    message: `The request is malformed: ${what}`,
    fix: 'docs/design/gateway.md tells what is taken.',
  });
}
