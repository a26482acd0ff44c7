import { protectedScope } from '@nx-ml/core/cache';
import { isJsonObject } from '@nx-ml/core/kernel';

import type { Access } from '../access.js';
import { isSafeAddress } from './address.js';
import { branchScope, notGranted } from './claims.js';
import type { Claims } from './claims.js';
import { Fields } from './fields.js';
import { github } from './github.js';
import { gitlab } from './gitlab.js';
import type { Job, Provider, Repository } from './provider.js';

const providers = { github, gitlab } as const satisfies Readonly<Record<string, Provider>>;

/** What pull requests may: write into a scope of their own, only read the protected one, or nothing. */
const pullRequestModes = ['read-write', 'read', 'none'] as const;

/** A ref of git: `refs/heads/main`, or with one `*` as its last character `refs/tags/v*`. */
const refPattern = /^refs\/(?:heads|tags)\/(?:[^\s*~^:?[\\]{1,250}\*?|\*)$/;

/** One repository whose jobs get tokens for their ID tokens. */
export interface Trust extends Repository {
  readonly provider: keyof typeof providers;
  readonly issuer: string;
  /** Where the issuer's keys are, where its discovery document does not say. */
  readonly jwksUri: string | undefined;
  /** Refs whose jobs write as `protected`, with patterns. */
  readonly protectedRefs: readonly string[];
  /** What may start such a job: some of the provider's. */
  readonly starts: readonly string[];
  readonly pullRequests: (typeof pullRequestModes)[number];
}

/** @throws Error with what is wrong, for people */
export function parseTrust(value: unknown): Trust {
  const provider = isJsonObject(value) ? value['provider'] : undefined;
  if (provider !== 'github' && provider !== 'gitlab') throw new Error('provider must be github or gitlab');
  const { issuer, name, starts, fields: names } = providers[provider];
  const known = ['provider', 'issuer', 'jwksUri', 'protectedRefs', 'pullRequests', ...Object.values(names)];
  const fields = new Fields(value, known);
  const trust: Trust = {
    provider,
    issuer: fields.text('issuer', /^\S{1,500}$/, issuer),
    jwksUri: fields.optional('jwksUri', /^\S{1,500}$/),
    name: fields.text(names.name, name),
    id: fields.text(names.id, /^[1-9][0-9]{0,18}$/),
    protectedRefs: fields.texts('protectedRefs', refPattern),
    starts: fields.someOf(names.starts, starts, ['push', 'schedule']),
    pullRequests: fields.oneOf('pullRequests', pullRequestModes, 'read-write'),
  };
  checkAddress('issuer', trust.issuer);
  if (trust.jwksUri !== undefined) checkAddress('jwksUri', trust.jwksUri);
  return trust;
}

/** What a job gets for its claims. @throws Refusal 403 */
export function accessOf(claims: Claims, trust: Trust): Access {
  const provider = providers[trust.provider];
  checkRepository(provider.repositoryOf(claims), trust, provider);
  const job = provider.jobOf(claims, trust.issuer);
  const subject = forLog(`${trust.provider} ${job.owner.name}@${job.ref}`);
  if (job.pullRequest !== undefined) return { scope: job.pullRequest, mode: pullRequestMode(trust), subject };
  if (!job.isQueued) checkStart(job, provider);
  const isOwn = job.owner.id === trust.id && !job.isQueued;
  if (isOwn && matches(job.ref, trust.protectedRefs)) {
    checkProtected(job, trust, provider);
    return { scope: protectedScope, mode: 'read-write', subject };
  }
  checkBranch(job.ref);
  return { scope: branchScope(trust.issuer, job.owner.id, job.ref), mode: 'read-write', subject };
}

function checkAddress(name: string, address: string): void {
  if (isSafeAddress(address)) return;
  throw new Error(
    `${name} must be an https address (http on loopback alone), not ${JSON.stringify(address)}`,
  );
}

function checkRepository({ name, id }: Repository, trust: Trust, { fields }: Provider): void {
  if (name === trust.name && id === trust.id) return;
  // Not which one is: anybody can have a token of the public issuers for this audience.
  throw notGranted(
    `it is of the ${fields.name} ${JSON.stringify(name)} with the id ${JSON.stringify(id)}, which is not trusted here`,
    `Use the server of this ${fields.name}, or mend ${fields.name} and ${fields.id} in the file of --oidc.`,
  );
}

function pullRequestMode({ pullRequests }: Trust): Access['mode'] {
  if (pullRequests !== 'none') return pullRequests;
  throw notGranted('the server gives none to pull requests', 'Set pullRequests in the file of --oidc.');
}

function checkStart({ start }: Job, { starts, fields }: Provider): void {
  if (starts.includes(start)) return;
  throw notGranted(
    `what started it, ${JSON.stringify(start)}, may run code of strangers with the ref of a protected branch`,
    `Start it by a pull request or merge request, or by one of the ${fields.starts} ${starts.join(', ')}.`,
  );
}

function checkProtected(job: Job, trust: Trust, { label, fields }: Provider): void {
  if (!trust.starts.includes(job.start))
    throw notGranted(
      `${job.start} is not among the ${fields.starts} that may write as ${job.ref}`,
      `Add it to ${fields.starts} in the file of --oidc, if whoever starts it cannot choose what it runs.`,
    );
  if (!job.isProtected)
    throw notGranted(
      `${job.ref} counts as protected here and is not protected at ${label}`,
      'Protect it there by a rule, or take it out of protectedRefs.',
    );
}

function checkBranch(ref: string): void {
  if (ref.startsWith('refs/heads/')) return;
  throw notGranted(
    `${JSON.stringify(ref)} is no branch and not in protectedRefs`,
    'Add it there, with a rule that protects it.',
  );
}

function matches(ref: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? ref.startsWith(pattern.slice(0, -1)) : ref === pattern,
  );
}

/** One line without surprises, since refs and names are chosen by whoever opens a pull request. */
function forLog(subject: string): string {
  return subject.slice(0, 200).replaceAll(/[^\w./@:+-]/g, (letter) => (letter === ' ' ? letter : '?'));
}
