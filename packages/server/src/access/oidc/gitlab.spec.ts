import { forkClaims, gitlabClaims } from '../testing/claims.js';
import { refusedFor, trusted } from '../testing/trusted.js';
import { accessOf, parseTrust } from './trust.js';

describe('a job of GitLab CI', () => {
  const access = (claims: object, over: object = {}) =>
    accessOf({ ...gitlabClaims, ...claims }, parseTrust({ ...trusted.gitlab, ...over }));
  const old = { job_project_id: undefined, job_project_path: undefined };
  const everything = {
    protectedRefs: ['refs/heads/*', 'refs/tags/*'],
    sources: ['push', 'schedule', 'web', 'api', 'trigger', 'pipeline', 'parent_pipeline'],
  };

  it.each<[string, object]>([
    ['a push to a protected branch', {}],
    ['a schedule on it', { pipeline_source: 'schedule' }],
    ['a protected tag', { ref_path: 'refs/tags/v1', ref_type: 'tag', ref: 'v1' }],
    ['one of an older GitLab', old],
  ])('is protected: %s', (_, claims) => {
    expect(access(claims)).toMatchObject({ scope: 'protected', mode: 'read-write' });
  });

  it.each<[string, object]>([
    [
      'a merge request',
      { pipeline_source: 'merge_request_event', ref_path: 'refs/heads/better', ref_protected: 'false' },
    ],
    ['a merge request of a protected branch', { pipeline_source: 'merge_request_event' }],
    ['a merge request from a fork', forkClaims],
    ['one that says that its branch is protected', { ...forkClaims, ref_protected: 'true' }],
    ['a push that speaks of a fork', { ...forkClaims, pipeline_source: 'push', ref_protected: 'true' }],
    ['a child of its pipeline', { ...forkClaims, pipeline_source: 'parent_pipeline', ref_protected: 'true' }],
    ['a branch that is not listed', { ref_path: 'refs/heads/feature' }],
  ])('has a scope of its own, whatever is trusted: %s', (_, claims) => {
    const over = _.includes('not listed') ? {} : everything;
    expect(access(claims, over).scope).toMatch(/^branch-[0-9a-f]{24}$/);
  });

  it('shares no scope with a fork, nor forks with one another', () => {
    const ref = { pipeline_source: 'merge_request_event', ref_path: 'refs/heads/same' };
    const scopes = [{}, forkClaims, { ...forkClaims, project_id: '7777' }].map(
      (claims) => access({ ...claims, ...ref }).scope,
    );
    expect(new Set(scopes).size).toBe(3);
  });

  it('has one scope for a branch and the merge request of it', () => {
    const ref = { ref_path: 'refs/heads/better', ref_protected: 'false' };
    expect(access({ ...ref, pipeline_source: 'merge_request_event' }).scope).toBe(access(ref).scope);
  });

  it.each<[string, object, RegExp]>([
    [
      'a fork itself',
      { project_id: '6666', project_path: 'm/models', job_project_id: '6666', job_project_path: 'm/models' },
      /m\/models/,
    ],
    ['an older GitLab that speaks of a fork', { ...forkClaims, ...old }, /mallory/],
    ['a project that took over the path', { project_id: '1', job_project_id: '1' }, /"1"/],
    [
      'a pull request elsewhere',
      { pipeline_source: 'external_pull_request_event' },
      /external_pull_request_event/,
    ],
    ['a source of tomorrow', { pipeline_source: 'whatever' }, /whatever/],
    ['a GitLab that does not say the ref', { ref_path: undefined }, /ref_path/],
    ['a ref of a merge request', { ref_path: 'refs/merge-requests/7/head' }, /ref_path/],
    ['a tag that is not listed', { ref_path: 'refs/tags/test' }, /no branch/],
    ['a branch that GitLab does not protect', { ref_protected: 'false' }, /not protected at GitLab/],
    ['a pipeline that somebody started by hand', { pipeline_source: 'web' }, /web/],
  ])('gets nothing: %s', (_, claims, reason) => {
    expect(() => access(claims)).toThrow(refusedFor(reason));
  });

  it.each(['read', 'none'])('can be let to %s on a merge request', (pullRequests) => {
    if (pullRequests === 'none')
      expect(() => access(forkClaims, { pullRequests })).toThrow(refusedFor(/pull requests/));
    else expect(access(forkClaims, { pullRequests }).mode).toBe('read');
  });
});
