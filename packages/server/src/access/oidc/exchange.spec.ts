import { readdirSync } from 'node:fs';

import { AccessRig } from '../testing/access-rig.js';
import { forkClaims, githubClaims, gitlabClaims, pullRequestClaims } from '../testing/claims.js';

const hour = 3_600_000;
let rig: AccessRig;

beforeEach(async () => {
  rig = await AccessRig.open();
});

afterEach(async () => {
  await rig.close();
});

const idToken = (claims: object = {}, over: Parameters<typeof rig.github.sign>[1] = {}): string =>
  rig.github.sign({ ...githubClaims, ...rig.times(), ...claims }, over);
const seconds = (): number => Math.floor(rig.now / 1000);

describe('an ID token', () => {
  it.each<[string, () => string, string]>([
    ['a push at GitHub', () => idToken(), 'protected'],
    ['a pull request there', () => idToken(pullRequestClaims), 'pr-7'],
    ['a push at GitLab', () => rig.gitlab.sign({ ...gitlabClaims, ...rig.times() }), 'protected'],
    [
      'a merge request from a fork there',
      () => rig.gitlab.sign({ ...forkClaims, ...rig.times() }),
      'branch-',
    ],
  ])('of %s is exchanged for a session of its scope', async (_, make, scope) => {
    const { status, body } = await rig.ask('POST', make());
    expect([status, body['scope']]).toEqual([200, expect.stringContaining(scope) as string]);
    expect(body).toMatchObject({ mode: 'read-write', expiresAt: new Date(rig.now + hour).toISOString() });
    const known = await rig.ask('GET', body['token']);
    expect(known).toMatchObject({ status: 200, body: { scope: body['scope'], mode: 'read-write' } });
  });

  it('tells the log who got a session', async () => {
    await rig.ask('POST', idToken(pullRequestClaims));
    await rig.ask('POST', 'x');
    expect(rig.subjects).toEqual(['github octo/models@refs/pull/7/merge', undefined]);
  });

  it('is no token itself', async () => {
    expect((await rig.ask('GET', idToken())).status).toBe(401);
  });

  it('is exchanged once, also after a restart, and once of many times at once', async () => {
    const token = idToken();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => rig.ask('POST', token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    await rig.restart();
    expect((await rig.ask('POST', token)).body['error']).toContain('exchanged before');
    rig.now += 359_000;
    expect((await rig.ask('POST', token)).status).toBe(401);
  });

  it('is the same one however it is written', async () => {
    const [header = '', payload = '', signature = ''] = idToken().split('.');
    expect((await rig.ask('POST', [header, payload, signature].join('.'))).status).toBe(200);
    const other = String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1);
    for (const last of [signature.slice(-1), other, `${signature.slice(-1)}=`])
      expect((await rig.ask('POST', `${header}.${payload}.${signature.slice(0, -1)}${last}`)).status).toBe(
        401,
      );
  });

  it('is not used up by a refusal that a change of the configuration mends', async () => {
    const token = idToken({ event_name: 'workflow_dispatch' });
    expect(await rig.ask('POST', token)).toMatchObject({
      status: 403,
      body: { fix: expect.stringContaining('events') as string },
    });
    const trusted = {
      provider: 'github',
      issuer: rig.github.url,
      repository: 'octo/models',
      repositoryId: '456789',
      protectedRefs: ['refs/heads/main'],
      events: ['workflow_dispatch'],
    };
    await rig.restart({ trusted: [trusted] });
    expect((await rig.ask('POST', token)).status).toBe(200);
  });

  it('is forgotten when it could not be used any more, and not sooner', async () => {
    await rig.ask('POST', idToken());
    const folders = (): number => readdirSync(rig.place.at('exchanged')).length;
    expect(folders()).toBe(1);
    rig.now += 3 * hour;
    await rig.ask('POST', idToken());
    expect(folders()).toBe(1);
  });
});

describe('a session', () => {
  const session = async (claims: object = {}): Promise<string> =>
    (await rig.ask('POST', idToken(claims))).body['token'] ?? '';

  it('ends after an hour', async () => {
    const token = await session();
    rig.now += hour - 1;
    expect((await rig.ask('GET', token)).status).toBe(200);
    rig.now += 1;
    expect((await rig.ask('GET', token)).status).toBe(401);
  });

  it('outlives a restart, and not the key', async () => {
    const token = await session();
    await rig.restart();
    expect((await rig.ask('GET', token)).status).toBe(200);
    rig.place.remove();
    await rig.restart();
    expect((await rig.ask('GET', token)).status).toBe(401);
  });

  it('is renewed as long as its ID token is valid, and no longer', async () => {
    let token = await session({ exp: seconds() + 9000 });
    for (const [minutes, left] of [
      [59, 60],
      [59, 32],
    ] as const) {
      rig.now += minutes * 60_000;
      const { status, body } = await rig.ask('POST', token);
      expect([status, body['scope'], body['expiresAt']]).toEqual([
        200,
        'protected',
        new Date(rig.now + left * 60_000).toISOString(),
      ]);
      token = body['token'] ?? '';
    }
    rig.now += 32 * 60_000;
    expect((await rig.ask('POST', token)).status).toBe(401);
  });

  it('is not renewed once its ID token has ended, its own end, or the configuration', async () => {
    const [short, long] = [await session(), await session({ exp: seconds() + 9000 })];
    rig.now += 301_000;
    expect((await rig.ask('POST', short)).status).toBe(401);
    await rig.restart({ audience: 'https://other.example.org' });
    expect((await rig.ask('POST', long)).status).toBe(401);
    await rig.restart();
    rig.now += hour;
    expect((await rig.ask('POST', long)).status).toBe(401);
  });

  it('is no minted token, nor the other way round', async () => {
    const { text } = await rig.tokens.mint({
      scope: 'protected' as never,
      mode: 'read',
      note: '',
      lifetime: hour,
    });
    expect((await rig.ask('POST', text)).status).toBe(401);
    expect((await rig.ask('GET', text)).status).toBe(200);
  });
});
