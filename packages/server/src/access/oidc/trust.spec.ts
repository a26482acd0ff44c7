import { forkClaims, githubClaims, gitlabClaims, pullRequestClaims } from '../testing/claims.js';
import { parseOidcConfig } from './config.js';
import { githubAccess, parseGithubTrust } from './github-trust.js';
import { gitlabAccess, parseGitlabTrust } from './gitlab-trust.js';

const github = {
  provider: 'github',
  repository: 'octo/models',
  repositoryId: '456789',
  protectedRefs: ['refs/heads/main', 'refs/heads/release-*', 'refs/tags/v*'],
} as const;
const gitlab = {
  provider: 'gitlab',
  project: 'group/models',
  projectId: '20',
  protectedRefs: ['refs/heads/main', 'refs/tags/v*'],
} as const;
const refused = (reason: RegExp): Error =>
  expect.objectContaining({ status: 403, message: expect.stringMatching(reason) as string }) as Error;

describe('a job of GitHub Actions', () => {
  const access = (claims: object, over: object = {}) =>
    githubAccess({ ...githubClaims, ...claims }, parseGithubTrust({ ...github, ...over }));
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
      expect(() => access(pullRequestClaims, { pullRequests })).toThrow(refused(/pull requests/));
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
    const { scope } = access(claims, { protectedRefs: github.protectedRefs });
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
    expect(() => access(claims)).toThrow(refused(reason));
  });

  it('of another repository does not learn which one is trusted', () => {
    const stranger = (): unknown => access({ repository: 'mallory/x', repository_id: '6' });
    expect(stranger).toThrow(refused(/^(?!.*octo)(?!.*456789).*mallory/));
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

describe('a job of GitLab CI', () => {
  const access = (claims: object, over: object = {}) =>
    gitlabAccess({ ...gitlabClaims, ...claims }, parseGitlabTrust({ ...gitlab, ...over }));
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
    expect(() => access(claims)).toThrow(refused(reason));
  });

  it.each(['read', 'none'])('can be let to %s on a merge request', (pullRequests) => {
    if (pullRequests === 'none')
      expect(() => access(forkClaims, { pullRequests })).toThrow(refused(/pull requests/));
    else expect(access(forkClaims, { pullRequests }).mode).toBe('read');
  });
});

describe('the file of --oidc', () => {
  const config = { formatVersion: 1, audience: 'https://cache.example.org', trusted: [github, gitlab] };
  const parse = (value: unknown) =>
    parseOidcConfig(typeof value === 'string' ? value : JSON.stringify(value), 'oidc.json');

  it('has the public issuers, pushes and schedules unless it says otherwise', () => {
    expect(parse(config).trusted).toMatchObject([
      {
        issuer: 'https://token.actions.githubusercontent.com',
        events: ['push', 'schedule'],
        pullRequests: 'read-write',
      },
      { issuer: 'https://gitlab.com', sources: ['push', 'schedule'], pullRequests: 'read-write' },
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /./],
    ['a list', [], /object/],
    ['a newer format', { ...config, formatVersion: 2 }, /formatVersion/],
    ['a key of ours misspelt', { ...config, trustd: [] }, /trustd/],
    ['a key that stands twice', '{"audience":"a","audience":"b"}', /twice/],
    ['no audience', { ...config, audience: undefined }, /audience is missing/],
    ['nobody', { ...config, trusted: [] }, /empty/],
    ['another provider', { ...config, trusted: [{ provider: 'x' }] }, /trusted\[0\]: provider/],
    [
      'no repository',
      { ...config, trusted: [{ ...github, repository: undefined }] },
      /repository is missing/,
    ],
    [
      'no number of it',
      { ...config, trusted: [{ ...github, repositoryId: undefined }] },
      /repositoryId is missing/,
    ],
    ['no refs', { ...config, trusted: [{ ...github, protectedRefs: undefined }] }, /protectedRefs/],
    [
      'a branch without refs/heads',
      { ...config, trusted: [{ ...github, protectedRefs: ['main'] }] },
      /"main"/,
    ],
    ['all refs', { ...config, trusted: [{ ...github, protectedRefs: ['*'] }] }, /"\*"/],
    [
      'refs of pull requests',
      { ...config, trusted: [{ ...github, protectedRefs: ['refs/pull/*'] }] },
      /refs\/pull/,
    ],
    [
      'a pattern in the middle',
      { ...config, trusted: [{ ...github, protectedRefs: ['refs/heads/*x'] }] },
      /\*x/,
    ],
    [
      'pull_request_target',
      { ...config, trusted: [{ ...github, events: ['pull_request_target'] }] },
      /pull_request_target/,
    ],
    [
      'merge requests as protected',
      { ...config, trusted: [{ ...gitlab, sources: ['merge_request_event'] }] },
      /merge_request_event/,
    ],
    [
      'an issuer without TLS',
      { ...config, trusted: [{ ...gitlab, issuer: 'http://gitlab.example.org' }] },
      /https/,
    ],
    [
      'an issuer that looks like loopback',
      { ...config, trusted: [{ ...gitlab, issuer: 'http://127.0.0.1.example.org' }] },
      /https/,
    ],
    [
      'an issuer with a password',
      { ...config, trusted: [{ ...gitlab, issuer: 'https://a:b@gitlab.com' }] },
      /https/,
    ],
    [
      'keys without TLS',
      { ...config, trusted: [{ ...gitlab, jwksUri: 'http://example.org/keys' }] },
      /jwksUri/,
    ],
    [
      'two repositories of GitHub',
      { ...config, trusted: [github, { ...github, repository: 'octo/b', repositoryId: '2' }] },
      /one scope/,
    ],
    [
      'one issuer with two places for keys',
      {
        ...config,
        trusted: [
          gitlab,
          { ...gitlab, project: 'group/b', projectId: '2', jwksUri: 'https://gitlab.com/keys' },
        ],
      },
      /two jwksUri/,
    ],
    ['one project twice', { ...config, trusted: [gitlab, gitlab] }, /twice/],
  ])('is refused with %s', (_, value, reason) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({
        code: 'ERR_ML_SERVER_CONFIG',
        message: expect.stringMatching(reason) as string,
      }) as Error,
    );
  });
});
