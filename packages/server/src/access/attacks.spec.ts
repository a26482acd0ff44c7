import crypto from 'node:crypto';
import { chmodSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';

import { parseScope, protectedScope } from '@nx-ml/core/cache';

import { SigningKeyFile } from './keys/index.js';
import { openStateFolder } from './state/index.js';
import { AccessRig } from './testing/access-rig.js';
import { githubClaims, pullRequestClaims } from './testing/claims.js';
import { encoded } from './testing/local-issuer.js';
import type { MintedToken } from './tokens/index.js';

const hour = 3_600_000;
let rig: AccessRig;

beforeEach(async () => {
  rig = await AccessRig.open();
});

afterEach(async () => {
  await rig.close();
});

const minted = (scope = 'protected'): Promise<MintedToken> =>
  rig.tokens.mint({ scope: parseScope(scope), mode: 'read-write', note: '', lifetime: hour });

describe('a token that was valid', () => {
  it('is refused in the request after it was revoked, on a connection that is open', async () => {
    const { text, stored } = await minted();
    expect((await rig.ask('GET', text)).status).toBe(200);
    await rig.tokens.revoke(stored.id);
    expect((await rig.ask('GET', text)).status).toBe(401);
  });

  it('is refused once it has ended, also by a clock that was read before', async () => {
    const { text } = await minted();
    rig.now += hour;
    expect((await rig.ask('GET', text)).status).toBe(401);
  });

  it('does not live again when an older file is brought back through a link', async () => {
    const { text } = await minted();
    renameSync(rig.place.at('tokens.json'), `${rig.place.path}-older`);
    await minted();
    renameSync(rig.place.at('tokens.json'), rig.place.at('aside'));
    symlinkSync(`${rig.place.path}-older`, rig.place.at('tokens.json'));
    expect((await rig.ask('GET', text)).status).toBe(401);
  });
});

describe('an answer', () => {
  it('is the same for all who are not let in', async () => {
    const [{ text }, revoked, ended] = [await minted(), await minted(), await minted()];
    await rig.tokens.revoke(revoked.stored.id);
    const old = ended.text;
    rig.now += 1;
    const attempts = [
      undefined,
      `Bearer ${revoked.text}`,
      `Bearer ${text.slice(0, -1)}`,
      `Bearer ${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`,
      `Bearer nxml_${'0'.repeat(12)}_${'A'.repeat(43)}`,
      `Bearer ${text.toUpperCase()}`,
      `bearer ${text}`,
      `Basic ${Buffer.from(`x:${text}`).toString('base64')}`,
      'Bearer',
      '',
    ];
    const answers = await Promise.all(attempts.map((header) => rig.ask('GET', undefined, header)));
    rig.now += hour;
    answers.push(await rig.ask('GET', old));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(401);
  });

  it('takes one comparison of constant time, whether the id is known or not', async () => {
    const { text } = await minted();
    const compare = jest.spyOn(crypto, 'timingSafeEqual');
    try {
      const counts = [];
      for (const each of [text, `${text.slice(0, -2)}zz`, `nxml_${'0'.repeat(12)}_${'A'.repeat(43)}`]) {
        compare.mockClear();
        await rig.ask('GET', each);
        counts.push(compare.mock.calls.length);
      }
      // Those that are no token of tokens.json are compared once more, with the sessions.
      expect(counts).toEqual([1, 2, 2]);
    } finally {
      compare.mockRestore();
    }
  });

  it('repeats no token, nor does the log', async () => {
    const { text } = await minted();
    const id = rig.github.sign({ ...githubClaims, ...rig.times() });
    const session = (await rig.ask('POST', id)).body['token'] ?? '';
    const before = rig.logged.length;
    const bodies = [];
    for (const token of [text, `${text}x`, session, `${session}x`, id, `${id}x`])
      for (const method of ['GET', 'POST'] as const)
        if (token !== session || method === 'GET')
          bodies.push(JSON.stringify((await rig.ask(method, token)).body));
    expect(rig.logged.length).toBeGreaterThan(before);
    for (const secret of [text.slice(18), session.slice(20, 60), session.slice(-43), id.slice(-60)]) {
      expect(rig.logged + rig.warnings.join()).not.toContain(secret);
      expect(bodies.join()).not.toContain(secret);
    }
  });
});

describe('a session', () => {
  const session = async (): Promise<string> =>
    (await rig.ask('POST', rig.github.sign({ ...pullRequestClaims, ...rig.times() }))).body['token'] ?? '';

  it.each<[string, (payload: Record<string, unknown>) => object]>([
    ['of another scope', (payload) => ({ ...payload, scope: protectedScope })],
    ['that lasts longer', (payload) => ({ ...payload, expiresAt: Number(payload['expiresAt']) + 1 })],
    ['with nothing changed but its form', (payload) => ({ ...payload, nonce: 'other' })],
  ])('is not made into one %s', async (_, change) => {
    const [payload = '', signature = ''] = (await session()).slice(6).split('.');
    const changed = change(
      JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>,
    );
    const resigned = crypto
      .createHmac('sha256', '')
      .update(`nx-ml session 1\n${encoded(changed)}`)
      .digest('base64url');
    for (const each of [signature, resigned, 'A'.repeat(43)])
      expect((await rig.ask('GET', `nxmls_${encoded(changed)}.${each}`)).status).toBe(401);
  });

  it('of another server is unknown here', async () => {
    const other = await AccessRig.open();
    try {
      const id = other.github.sign({ ...githubClaims, ...other.times() });
      const token = (await other.ask('POST', id)).body['token'];
      expect((await other.ask('GET', token)).status).toBe(200);
      expect((await rig.ask('GET', token)).status).toBe(401);
    } finally {
      await other.close();
    }
  });
});

describe('the state folder', () => {
  it.each([0o755, 0o711, 0o770])('is not used with mode %o', async (mode) => {
    chmodSync(rig.place.path, mode);
    await expect(rig.restart()).rejects.toMatchObject({ code: 'ERR_ML_SERVER_STATE' });
  });

  it.each<[string, () => void]>([
    [
      'replaced by a link',
      () => {
        renameSync(rig.place.at('tokens.json'), `${rig.place.path}-tokens`);
        symlinkSync(`${rig.place.path}-tokens`, rig.place.at('tokens.json'));
      },
    ],
    [
      'open to others',
      () => {
        chmodSync(rig.place.at('tokens.json'), 0o666);
      },
    ],
    [
      'cut by a full disk',
      () => {
        const text = readFileSync(rig.place.at('tokens.json'), 'utf8');
        writeFileSync(rig.place.at('tokens.json'), text.slice(0, text.length / 2));
      },
    ],
  ])('lets nobody in while tokens.json is %s, and says so', async (_, change) => {
    const { text } = await minted();
    expect((await rig.ask('GET', text)).status).toBe(200);
    change();
    expect((await rig.ask('GET', text)).status).toBe(401);
    expect(rig.warnings).toEqual([expect.stringContaining('tokens.json')]);
  });

  it.each(['session.key', 'signing.key'])('is not used while others can read %s', async (file) => {
    writeFileSync(rig.place.at(file), 'x', { mode: 0o600 });
    chmodSync(rig.place.at(file), 0o644);
    if (file === 'session.key')
      await expect(rig.restart()).rejects.toMatchObject({ code: 'ERR_ML_SERVER_STATE' });
    else {
      const keys = new SigningKeyFile(openStateFolder(rig.place.path));
      await expect(keys.current()).rejects.toMatchObject({ code: 'ERR_ML_SERVER_STATE' });
    }
  });
});
