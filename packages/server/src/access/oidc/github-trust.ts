import { parseScope, protectedScope } from '@nx-ml/core/cache';
import type { JsonObject } from '@nx-ml/core/kernel';

import type { Access } from '../access.js';
import { Fields } from './fields.js';
import {
  branchScope,
  claimText,
  forLog,
  isTrue,
  matchesRef,
  notGranted,
  ofPullRequest,
  pullRequestModes,
  refPattern,
} from './grant.js';
import type { Claims, PullRequestMode } from './grant.js';

/**
 * What starts a job that runs what stands on its ref, and so may be protected if the ref is. The others that GitHub runs with the ref of
 * the default branch, `pull_request_target`, `workflow_run` and `issue_comment` among them, may run what a stranger sent: no
 * configuration lets them in.
 */
const events = ['push', 'schedule', 'workflow_dispatch', 'release'] as const;

export interface GithubTrust {
  readonly provider: 'github';
  readonly issuer: string;
  /** Where the issuer's keys are, where its discovery document does not say. */
  readonly jwksUri: string | undefined;
  /** `owner/name`. */
  readonly repository: string;
  /** Its number: a name can be given away and taken by somebody else. */
  readonly id: string;
  readonly protectedRefs: readonly string[];
  readonly events: readonly (typeof events)[number][];
  readonly pullRequests: PullRequestMode;
}

const known = [
  'provider',
  'issuer',
  'jwksUri',
  'repository',
  'repositoryId',
  'protectedRefs',
  'events',
  'pullRequests',
];

/** @throws Error with what is wrong, for people */
export function parseGithubTrust(value: JsonObject): GithubTrust {
  const fields = new Fields(value, known);
  return {
    provider: 'github',
    issuer: fields.text('issuer', /^\S{1,500}$/, 'https://token.actions.githubusercontent.com'),
    jwksUri: fields.optional('jwksUri', /^\S{1,500}$/),
    repository: fields.text('repository', /^[\w.-]{1,100}\/[\w.-]{1,100}$/),
    id: fields.text('repositoryId', /^[1-9][0-9]{0,18}$/),
    protectedRefs: fields.texts('protectedRefs', refPattern),
    events: fields.someOf('events', events, ['push', 'schedule']),
    pullRequests: fields.oneOf('pullRequests', pullRequestModes, 'read-write'),
  };
}

/** What a job of GitHub Actions gets for its claims. @throws Refusal 403 */
export function githubAccess(claims: Claims, trust: GithubTrust): Access {
  checkRepository(claims, trust);
  const [event, ref] = [claimText(claims, 'event_name'), claimText(claims, 'ref')];
  const subject = `github ${trust.repository}@${ref}`;
  if (event === 'pull_request') {
    const number = /^refs\/pull\/([1-9][0-9]{0,9})\/merge$/.exec(ref)?.[1];
    if (number === undefined)
      throw notGranted(`${ref} is the ref of no pull request`, 'Run it while it is open.');
    return ofPullRequest(parseScope(`pr-${number}`), trust.pullRequests, subject);
  }
  const isQueued = ref.startsWith('refs/heads/gh-readonly-queue/');
  // A merge queue tries what is not merged yet.
  if (event === 'merge_group' || isQueued) return ofBranch(trust, ref, subject);
  if (!events.some((each) => each === event))
    throw notGranted(
      `the event ${JSON.stringify(event)} may run code of strangers with the ref of a protected branch`,
      'Start the job by pull_request, push or schedule.',
    );
  if (!matchesRef(ref, trust.protectedRefs)) return ofBranch(trust, ref, subject);
  checkProtected(claims, trust, ref);
  return { scope: protectedScope, mode: 'read-write', subject: forLog(subject) };
}

function checkRepository(claims: Claims, { repository, id }: GithubTrust): void {
  const [name, number] = [claimText(claims, 'repository'), claimText(claims, 'repository_id')];
  if (name === repository && number === id) return;
  // Not which one is: anybody can have a token of the public issuers for this audience.
  throw notGranted(
    `it is of the repository ${JSON.stringify(name)} with the id ${JSON.stringify(number)}, which is not trusted here`,
    'Use the server of this repository, or mend repository and repositoryId in the file of --oidc.',
  );
}

function checkProtected(claims: Claims, trust: GithubTrust, ref: string): void {
  const event = claimText(claims, 'event_name');
  if (!trust.events.some((each) => each === event))
    throw notGranted(
      `the event ${event} is not among those that may write as ${ref}`,
      'Add it to events in the file of --oidc, if whoever starts it cannot choose what it runs.',
    );
  if (!isTrue(claims['ref_protected']))
    throw notGranted(
      `${ref} counts as protected here and is not protected at GitHub`,
      'Protect the branch by a rule, or take it out of protectedRefs.',
    );
}

function ofBranch({ issuer, id }: GithubTrust, ref: string, subject: string): Access {
  if (!ref.startsWith('refs/heads/'))
    throw notGranted(
      `${JSON.stringify(ref)} is no branch and not in protectedRefs`,
      'Add it there, with a rule that protects it.',
    );
  return { scope: branchScope(issuer, id, ref), mode: 'read-write', subject: forLog(subject) };
}
