import { githubClaims, pullRequestClaims } from '../testing/claims.js';
import { refusedFor, trusted } from '../testing/trusted.js';
import { accessOf, parseTrust } from './trust.js';

describe('a job of GitHub Actions', () => {
  const access = (claims: object, over: object = {}) =>
    accessOf({ ...githubClaims, ...claims }, parseTrust({ ...trusted.github, ...over }));
  const everything = {
    protectedRefs: ['refs/heads/*', 'refs/tags/*'],
    events: ['push', 'schedule', 'workflow_dispatch', 'release'],
  };

  it.each<[string, object]>([
    ['a push to a protected branch', {}],
    ['a schedule on it', { event_name: 'schedule' }],
    ['a push to another that the pattern means', { ref: 'refs/heads/release-2' }],
    ['a protected tag', { ref: 'refs/tags/v1.0', ref_type: 'tag' }],
    ['claims that are no texts', { ref_protected: true, repository_id: 456789 }],
    [
      'one with an environment',
      { environment: 'production', sub: 'repo:octo/models:environment:production' },
    ],
  ])('is protected: %s', (_, claims) => {
    expect(access(claims)).toMatchObject({ scope: 'protected', mode: 'read-write' });
  });

  it('is a pull request, whatever else it says', () => {
    expect(access(pullRequestClaims)).toEqual({
      scope: 'pr-7',
      mode: 'read-write',
      subject: 'github octo/models@refs/pull/7/merge',
    });
    const dressed = {
      ...pullRequestClaims,
      environment: 'production',
      ref_protected: 'true',
      base_ref: 'main',
    };
    expect(access(dressed, everything)).toMatchObject({ scope: 'pr-7' });
  });

  it.each(['read', 'none'])('can be let to %s on a pull request', (pullRequests) => {
    if (pullRequests === 'none')
      expect(() => access(pullRequestClaims, { pullRequests })).toThrow(refusedFor(/pull requests/));
    else expect(access(pullRequestClaims, { pullRequests })).toMatchObject({ scope: 'pr-7', mode: 'read' });
  });

  it.each<[string, object]>([
    ['a branch that is not listed', { ref: 'refs/heads/feature' }],
    ['one that is protected and not listed', { ref: 'refs/heads/other' }],
    ['a merge queue', { ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc', event_name: 'merge_group' }],
    ['the ref of a merge queue by a push', { ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc' }],
    ['a branch whose name begins like a protected one', { ref: 'refs/heads/main2' }],
    ['a branch by another case', { ref: 'refs/heads/Main' }],
  ])('has a scope of its own: %s', (_, claims) => {
    const { scope } = access(claims, { protectedRefs: trusted.github.protectedRefs });
    expect(scope).toMatch(/^branch-[0-9a-f]{24}$/);
    expect(access({ ...claims, ref: 'refs/heads/yet-another' }).scope).not.toBe(scope);
  });

  it('is never protected in a merge queue, even where every branch is', () => {
    const queued = { ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc', event_name: 'merge_group' };
    expect(access(queued, everything).scope).toMatch(/^branch-/);
    expect(access({ ...queued, event_name: 'push' }, everything).scope).toMatch(/^branch-/);
  });

  it.each<[string, object, RegExp]>([
    [
      'code of strangers with the rights of the base',
      { event_name: 'pull_request_target', head_ref: 'evil' },
      /pull_request_target/,
    ],
    ['what another workflow left', { event_name: 'workflow_run' }, /workflow_run/],
    ['a comment of anybody', { event_name: 'issue_comment' }, /issue_comment/],
    ['an event of tomorrow', { event_name: 'whatever' }, /whatever/],
    ['no event', { event_name: undefined }, /""/],
    ['another repository', { repository: 'mallory/models' }, /mallory/],
    ['a repository that took over the name', { repository_id: '1' }, /"1"/],
    ['a repository without a number', { repository_id: undefined }, /""/],
    ['the name in another case', { repository: 'Octo/models' }, /Octo/],
    ['a closed pull request', { ...pullRequestClaims, ref: 'refs/heads/main' }, /no pull request/],
    ['pull request 0', { ...pullRequestClaims, ref: 'refs/pull/0/merge' }, /no pull request/],
    [
      'a pull request with more behind it',
      { ...pullRequestClaims, ref: 'refs/pull/7/merge/x' },
      /no pull request/,
    ],
    ['a tag that is not listed', { ref: 'refs/tags/test', ref_type: 'tag' }, /no branch/],
    ['no ref', { ref: undefined }, /no branch/],
    ['a list in place of a ref', { ref: ['refs/heads/main'] }, /no branch/],
    ['a branch that GitHub does not protect', { ref_protected: 'false' }, /not protected at GitHub/],
    ['a branch of which GitHub does not say', { ref_protected: undefined }, /not protected at GitHub/],
    ['somebody who pressed a button', { event_name: 'workflow_dispatch' }, /workflow_dispatch/],
  ])('gets nothing: %s', (_, claims, reason) => {
    expect(() => access(claims)).toThrow(refusedFor(reason));
  });

  it('of another repository does not learn which one is trusted', () => {
    const stranger = (): unknown => access({ repository: 'mallory/x', repository_id: '6' });
    expect(stranger).toThrow(refusedFor(/^(?!.*octo)(?!.*456789).*mallory/));
  });

  it('may be started by hand where that is said', () => {
    expect(access({ event_name: 'workflow_dispatch' }, { events: ['workflow_dispatch'] }).scope).toBe(
      'protected',
    );
  });

  it('has a subject that is one line of plain text', () => {
    const { subject } = access({ ref: `refs/heads/a\n\u001b[2J${'x'.repeat(500)}` });
    expect(subject).toMatch(/^[\w./@:+? -]{1,200}$/);
  });
});
