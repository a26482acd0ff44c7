import { parseScope } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';

import { claimText, isTrue, notGranted } from './claims.js';
import type { Provider } from './provider.js';

/**
 * GitHub Actions. What it starts with the ref of the default branch besides these, `pull_request_target`, `workflow_run` and
 * `issue_comment` among them, may run what a stranger sent.
 */
export const github: Provider = {
  label: 'GitHub',
  issuer: 'https://token.actions.githubusercontent.com',
  fields: { name: 'repository', id: 'repositoryId', starts: 'events' },
  name: /^[\w.-]{1,100}\/[\w.-]{1,100}$/,
  starts: ['push', 'schedule', 'workflow_dispatch', 'release'],
  repositoryOf: (claims) => ({
    name: claimText(claims, 'repository'),
    id: claimText(claims, 'repository_id'),
  }),
  jobOf: (claims) => {
    const [start, ref] = [claimText(claims, 'event_name'), claimText(claims, 'ref')];
    return {
      ref,
      start,
      owner: github.repositoryOf(claims),
      pullRequest: start === 'pull_request' ? pullRequestScope(ref) : undefined,
      isQueued: start === 'merge_group' || ref.startsWith('refs/heads/gh-readonly-queue/'),
      isProtected: isTrue(claims['ref_protected']),
    };
  },
};

function pullRequestScope(ref: string): Scope {
  const number = /^refs\/pull\/([1-9][0-9]{0,9})\/merge$/.exec(ref)?.[1];
  if (number !== undefined) return parseScope(`pr-${number}`);
  throw notGranted(`${ref} is the ref of no pull request`, 'Run it while it is open.');
}
