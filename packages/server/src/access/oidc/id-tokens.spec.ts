import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { AccessRig } from '../testing/access-rig.js';
import { githubClaims, gitlabClaims, pullRequestClaims } from '../testing/claims.js';
import { encoded, issuerKey, signHmac } from '../testing/local-issuer.js';

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

/** Signed by somebody who is not the issuer. */
const stranger = (header: object): string => idToken({}, { key: issuerKey('mine', 'stranger'), header });

describe('an ID token', () => {
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
    ['that names its key by a path', () => stranger({ kid: '../../../../etc/passwd' })],
    ['that names its key by an address', () => stranger({ kid: `${rig.gitlab.url}/keys` })],
    ['that names its key by what every object has', () => stranger({ kid: '__proto__' })],
    ['that names its key by no text', () => stranger({ kid: { $ne: null } })],
    ['that names no key', () => stranger({ kid: undefined })],
    ['that brings a chain of certificates', () => stranger({ x5c: ['MIIB'], x5u: `${rig.gitlab.url}/keys` })],
    ['whose claims are not encoded', () => idToken({}, { header: { b64: false, crit: ['b64'] } })],
    ['that is encrypted', () => `${encoded({ alg: 'dir', enc: 'A128GCM' })}..AAAA.AAAA.AAAA`],
    ['whose header is a list', () => `${encoded([])}.${idToken().split('.').slice(1).join('.')}`],
    ['whose claims are a list', () => `${encoded({ alg: 'RS256', kid: 'first' })}.${encoded([])}.AAAA`],
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
  const publishing = (...keys: readonly object[]): void => {
    rig.github.answers.set('/keys', (_, response) => response.end(JSON.stringify({ keys })));
  };

  it('that publishes a secret lets nobody in who signs with it', async () => {
    const secret = 'a secret that everybody can read, and so is none';
    publishing({ kty: 'oct', kid: 'first', alg: 'HS256', k: Buffer.from(secret).toString('base64url') });
    const claims = { iss: rig.github.url, ...githubClaims, ...rig.times(), jti: 'x' };
    expect((await rig.ask('POST', signHmac(claims, secret, { kid: 'first' }))).status).toBe(401);
  });

  it.each<[string, object]>([
    ['for encryption', { use: 'enc' }],
    ['for another algorithm', { alg: 'RS512' }],
    ['for signing alone', { key_ops: ['sign'] }],
  ])('lets nobody in with a key that it publishes %s', async (_, over) => {
    const [key] = rig.github.keys;
    publishing({ ...key?.publicKey.export({ format: 'jwk' }), kid: 'first', use: 'sig', ...over });
    expect((await rig.ask('POST', idToken())).status).toBe(401);
  });

  it.each<[string, () => object]>([
    [
      'that is too short to be safe',
      () => generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }),
    ],
    ['that is broken', () => ({ kty: 'RSA', n: '!', e: 'AQAB' })],
  ])('gives nobody a session by a key %s, and that is told', async (_, make) => {
    publishing({ ...make(), kid: 'first' });
    expect((await rig.ask('POST', idToken())).status).toBe(503);
    expect(rig.warnings).toEqual([expect.stringMatching(/the key "first" (cannot be read|is too short)/)]);
  });

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

  it('is asked through the proxy that HTTPS_PROXY names', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer().on('connect', ({ url }, socket: Socket) => {
      asked.push(url);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
    try {
      const issuer = 'https://issuer.example.org';
      const one = { provider: 'github', repository: 'octo/models', repositoryId: '456789' };
      await rig.restart({ trusted: [{ ...one, issuer, protectedRefs: ['refs/heads/main'] }] });
      expect((await rig.ask('POST', idToken({ iss: issuer }))).status).toBe(503);
      expect(asked).toEqual(['issuer.example.org:443']);
    } finally {
      Reflect.deleteProperty(process.env, 'HTTPS_PROXY');
      proxy.close();
    }
  });

  it('that is gone keeps nobody of another out', async () => {
    await rig.github.close();
    expect((await rig.ask('POST', rig.gitlab.sign({ ...gitlabClaims, ...rig.times() }))).status).toBe(200);
  });
});
