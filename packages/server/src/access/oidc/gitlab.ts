import { branchScope, claimText, isTrue, notGranted } from './claims.js';
import type { Provider } from './provider.js';

/**
 * GitLab CI. In a pipeline of a merge request, `project_*` and `ref_path` are those of the source, a fork perhaps, and nothing tells
 * the number of the merge request: so it gets the scope of its source branch.
 */
export const gitlab: Provider = {
  label: 'GitLab',
  issuer: 'https://gitlab.com',
  fields: { name: 'project', id: 'projectId', starts: 'sources' },
  name: /^[\w.+-]{1,200}(?:\/[\w.+-]{1,200}){1,20}$/,
  starts: ['push', 'schedule', 'web', 'api', 'trigger', 'pipeline', 'parent_pipeline'],
  repositoryOf: (claims) => {
    // GitLab 18.4 and newer tell it as `job_project_*`, older ones as `project_*`.
    const prefix = claims['job_project_id'] === undefined ? '' : 'job_';
    return { name: claimText(claims, `${prefix}project_path`), id: claimText(claims, `${prefix}project_id`) };
  },
  jobOf: (claims, issuer) => {
    const [start, ref] = [claimText(claims, 'pipeline_source'), claimText(claims, 'ref_path')];
    if (!/^refs\/(heads|tags)\//.test(ref))
      throw notGranted(
        `its ref_path is ${JSON.stringify(ref)}`,
        'It takes a branch or tag, and GitLab 16.0 or newer.',
      );
    const owner = { name: claimText(claims, 'project_path'), id: claimText(claims, 'project_id') };
    const isForeign = owner.id !== gitlab.repositoryOf(claims).id;
    // A child of a pipeline of a merge request from a fork is "parent_pipeline" itself, and of the fork all the same.
    const isOfRequest = start === 'merge_request_event' || (isForeign && start === 'parent_pipeline');
    return {
      ref,
      start,
      owner,
      pullRequest: isOfRequest ? branchScope(issuer, owner.id, ref) : undefined,
      isQueued: false,
      isProtected: isTrue(claims['ref_protected']),
    };
  },
};
