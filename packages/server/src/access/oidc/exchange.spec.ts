import { readdirSync } from 'node:fs';

import { AccessRig } from '../testing/access-rig.js';
import { forkClaims, githubClaims, gitlabClaims, pullRequestClaims } from '../testing/claims.js';
import { encoded, issuerKey, signHmac } from '../testing/local-issuer.js';

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

  it.each<[string, () => string, RegExp]>([
    ['for another audience', () => idToken({ aud: 'https://elsewhere.example.org' }), /"aud"/],
    [
      'for others, too',
      () => idToken({ aud: ['https://cache.example.org', 'https://elsewhere.example.org'] }),
      /others/,
    ],
    ['for nobody', () => idToken({ aud: undefined }), /"aud"/],
    ['that has ended', () => idToken({ exp: seconds() - 61 }), /"exp"/],
    ['that never ends', () => idToken({ exp: undefined }), /"exp"/],
    ['that is not valid yet', () => idToken({ nbf: seconds() + 61 }), /"nbf"/],
    ['from the future', () => idToken({ iat: seconds() + 61 }), /"iat"/],
    ['of a year ago', () => idToken({ iat: seconds() - 365 * 86_400 }), /"iat"/],
    ['that does not say when', () => idToken({ iat: undefined }), /"iat"/],
    ['that has no number', () => idToken({ jti: undefined }), /"jti"/],
    ['whose times are texts', () => idToken({ exp: '9999999999' }), /"exp"/],
  ])('%s is refused, with the reason', async (_, make, reason) => {
    expect(await rig.ask('POST', make())).toMatchObject({
      status: 401,
      body: { error: expect.stringMatching(reason) as string },
    });
  });

  it.each<[string, () => string]>([
    ['without a signature', () => `${encoded({ alg: 'none' })}.${idToken().split('.')[1] ?? ''}.`],
    ['with the algorithm none and a signature', () => idToken({}, { header: { alg: 'none' } })],
    [
      'signed with the public key as a secret',
      () => {
        const [key] = rig.github.keys;
        const pem = String(key?.publicKey.export({ type: 'spki', format: 'pem' }));
        return signHmac({ iss: rig.github.url, ...githubClaims, ...rig.times(), jti: 'x' }, pem, {
          kid: 'first',
        });
      },
    ],
    ['of another algorithm than it says', () => idToken({}, { header: { alg: 'PS256' } })],
    [
      'signed by a stranger under a name of the issuer',
      () => idToken({}, { key: issuerKey('first', 'stranger') }),
    ],
    [
      'signed by a stranger under a name of their own',
      () => idToken({}, { key: issuerKey('mine', 'stranger') }),
    ],
    [
      'that brings its own key',
      () => {
        const mine = issuerKey('mine', 'stranger');
        return idToken(
          {},
          { key: mine, header: { jwk: mine.publicKey.export({ format: 'jwk' }), kid: undefined } },
        );
      },
    ],
    [
      'that says where its key is',
      () => idToken({}, { key: issuerKey('mine', 'stranger'), header: { jku: `${rig.gitlab.url}/keys` } }),
    ],
    [
      'of one issuer in the name of another',
      () => rig.gitlab.sign({ ...githubClaims, ...rig.times(), iss: rig.github.url }),
    ],
    ['of an issuer that nobody trusts', () => idToken({ iss: 'https://issuer.example.org' })],
    ['of no issuer', () => idToken({ iss: undefined })],
    ['of an issuer with a slash behind', () => idToken({ iss: `${rig.github.url}/` })],
    [
      'whose claims were changed',
      () => {
        const [header, , signature] = idToken(pullRequestClaims).split('.');
        return [
          header,
          encoded({ ...githubClaims, ...rig.times(), iss: rig.github.url, jti: 'x' }),
          signature,
        ].join('.');
      },
    ],
    ['that is cut', () => idToken().slice(0, -10)],
    ['in upper case', () => idToken().toUpperCase()],
    ['that is none', () => 'abc'],
    ['that is two', () => `${idToken()}.${idToken()}`],
    ['with demands that we do not know', () => idToken({}, { header: { crit: ['x'], x: 1 } })],
  ])('%s is refused, and no reason told', async (_, make) => {
    const { status, body } = await rig.ask('POST', make());
    expect([status, body['error']]).toEqual([401, 'There is no valid token in the Authorization header']);
  });

  it('is accepted after the issuer changed its keys, and one of the old key is not, once that is known', async () => {
    const before = idToken();
    const old = idToken({ jti: 'old' });
    expect((await rig.ask('POST', before)).status).toBe(200);
    rig.github.keys = [issuerKey('second', 'github later')];
    await rig.restart();
    expect((await rig.ask('POST', idToken())).status).toBe(200);
    expect((await rig.ask('POST', old)).status).toBe(401);
  });

  it('with an unknown key makes nobody ask the issuer again and again', async () => {
    await rig.ask('POST', idToken());
    for (let count = 0; count < 10; count += 1)
      await rig.ask('POST', idToken({}, { key: issuerKey('mine', 'stranger') }));
    expect(rig.github.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });
});

describe('an issuer', () => {
  it.each<[string, string, (url: string) => string]>([
    [
      'whose discovery speaks of another',
      '/.well-known/openid-configuration',
      () => '{"issuer":"x","jwks_uri":"x"}',
    ],
    [
      'whose discovery leads elsewhere',
      '/.well-known/openid-configuration',
      (url) => JSON.stringify({ issuer: url, jwks_uri: 'http://127.0.0.2:1/keys' }),
    ],
    ['whose discovery is no JSON', '/.well-known/openid-configuration', () => '<html>'],
    ['that sends without end', '/keys', () => `{"keys":[],"x":"${'x'.repeat(300_000)}"}`],
    ['whose keys are no JSON', '/keys', () => '<html>'],
    ['whose keys are none', '/keys', () => '{"keys":7}'],
  ])('%s gives nobody a session, and that is told', async (_, path, answer) => {
    rig.github.answers.set(path, (__, response) => response.end(answer(rig.github.url)));
    expect((await rig.ask('POST', idToken())).status).toBe(503);
    expect(rig.warnings).toHaveLength(1);
    rig.github.answers.clear();
    expect((await rig.ask('POST', idToken())).status).toBe(200);
  });

  it.each([500, 404, 302])('that answers %i is asked again by the next', async (status) => {
    rig.github.answers.set('/keys', (_, response) =>
      response.writeHead(status, { location: `${rig.gitlab.url}/keys` }).end(),
    );
    expect((await rig.ask('POST', idToken())).status).toBe(503);
    rig.github.answers.clear();
    expect((await rig.ask('POST', idToken())).status).toBe(200);
  });

  it('that is gone keeps nobody of another out', async () => {
    await rig.github.close();
    expect((await rig.ask('POST', rig.gitlab.sign({ ...gitlabClaims, ...rig.times() }))).status).toBe(200);
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
