import { protectedScope } from '@nx-ml/core/cache';
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

/** What starts a pipeline that runs what stands on its ref. Those of merge requests are told apart; no other is let in. */
const sources = ['push', 'schedule', 'web', 'api', 'trigger', 'pipeline', 'parent_pipeline'] as const;

export interface GitlabTrust {
  readonly provider: 'gitlab';
  readonly issuer: string;
  /** Where the issuer's keys are, where its discovery document does not say. */
  readonly jwksUri: string | undefined;
  /** `group/subgroup/name`. */
  readonly project: string;
  /** Its number: a path can be given away and taken by somebody else. */
  readonly id: string;
  readonly protectedRefs: readonly string[];
  readonly sources: readonly (typeof sources)[number][];
  readonly pullRequests: PullRequestMode;
}

const known = [
  'provider',
  'issuer',
  'jwksUri',
  'project',
  'projectId',
  'protectedRefs',
  'sources',
  'pullRequests',
];

/** @throws Error with what is wrong, for people */
export function parseGitlabTrust(value: JsonObject): GitlabTrust {
  const fields = new Fields(value, known);
  return {
    provider: 'gitlab',
    issuer: fields.text('issuer', /^\S{1,500}$/, 'https://gitlab.com'),
    jwksUri: fields.optional('jwksUri', /^\S{1,500}$/),
    project: fields.text('project', /^[\w.+-]{1,200}(?:\/[\w.+-]{1,200}){1,20}$/),
    id: fields.text('projectId', /^[1-9][0-9]{0,18}$/),
    protectedRefs: fields.texts('protectedRefs', refPattern),
    sources: fields.someOf('sources', sources, ['push', 'schedule']),
    pullRequests: fields.oneOf('pullRequests', pullRequestModes, 'read-write'),
  };
}

/**
 * What a job of GitLab CI gets for its claims. In a pipeline of a merge request, `project_*` and `ref_path` are those of the source, a
 * fork perhaps, and nothing tells the number of the merge request: so it gets the scope of its source branch.
 *
 * @throws Refusal 403
 */
export function gitlabAccess(claims: Claims, trust: GitlabTrust): Access {
  checkProject(claims, trust);
  const [source, ref] = [claimText(claims, 'pipeline_source'), claimText(claims, 'ref_path')];
  const origin = claimText(claims, 'project_id');
  const subject = `gitlab ${claimText(claims, 'project_path')}@${ref}`;
  if (!/^refs\/(heads|tags)\//.test(ref))
    throw notGranted(
      `its ref_path is ${JSON.stringify(ref)}`,
      'It takes a branch or tag, and GitLab 16.0 or newer.',
    );
  // A child of a pipeline of a merge request from a fork is "parent_pipeline" itself, and of the fork all the same.
  if (source === 'merge_request_event' || (origin !== trust.id && source === 'parent_pipeline'))
    return ofPullRequest(branchScope(trust.issuer, origin, ref), trust.pullRequests, subject);
  if (!sources.some((each) => each === source))
    throw notGranted(
      `a pipeline of the source ${JSON.stringify(source)} may run code of strangers`,
      'Start it by a push, a schedule or a merge request.',
    );
  if (origin !== trust.id || !matchesRef(ref, trust.protectedRefs))
    return ofBranch(branchScope(trust.issuer, origin, ref), ref, subject);
  checkProtected(claims, trust, ref);
  return { scope: protectedScope, mode: 'read-write', subject: forLog(subject) };
}

/** Where the job runs: GitLab 18.4 and newer tell it as `job_project_*`, older ones as `project_*`. */
function checkProject(claims: Claims, { project, id }: GitlabTrust): void {
  const prefix = claims['job_project_id'] === undefined ? '' : 'job_';
  const [path, number] = [
    claimText(claims, `${prefix}project_path`),
    claimText(claims, `${prefix}project_id`),
  ];
  if (path === project && number === id) return;
  // Not which one is: anybody can have a token of the public issuers for this audience.
  throw notGranted(
    `it is of the project ${JSON.stringify(path)} with the id ${JSON.stringify(number)}, which is not trusted here`,
    'Use the server of this project, or mend project and projectId in the file of --oidc.',
  );
}

function checkProtected(claims: Claims, trust: GitlabTrust, ref: string): void {
  const source = claimText(claims, 'pipeline_source');
  if (!trust.sources.some((each) => each === source))
    throw notGranted(
      `pipelines of the source ${source} are not among those that may write as ${ref}`,
      'Add it to sources in the file of --oidc, if whoever starts it cannot choose what it runs.',
    );
  if (!isTrue(claims['ref_protected']))
    throw notGranted(
      `${ref} counts as protected here and is not protected at GitLab`,
      'Protect the branch, or take it out of protectedRefs.',
    );
}

function ofBranch(scope: Access['scope'], ref: string, subject: string): Access {
  if (!ref.startsWith('refs/heads/'))
    throw notGranted(
      `${JSON.stringify(ref)} is no branch and not in protectedRefs`,
      'Add it there, and protect it.',
    );
  return { scope, mode: 'read-write', subject: forLog(subject) };
}
