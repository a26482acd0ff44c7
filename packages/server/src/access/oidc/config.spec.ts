import { trusted } from '../testing/trusted.js';
import { parseOidcConfig } from './config.js';

const { github, gitlab } = trusted;

describe('the file of --oidc', () => {
  const config = { formatVersion: 1, audience: 'https://cache.example.org', trusted: [github, gitlab] };
  const parse = (value: unknown) =>
    parseOidcConfig(typeof value === 'string' ? value : JSON.stringify(value), 'oidc.json');

  it('has the public issuers, pushes and schedules unless it says otherwise', () => {
    expect(parse(config).trusted).toMatchObject([
      {
        issuer: 'https://token.actions.githubusercontent.com',
        starts: ['push', 'schedule'],
        pullRequests: 'read-write',
      },
      { issuer: 'https://gitlab.com', starts: ['push', 'schedule'], pullRequests: 'read-write' },
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
