import { openUpstream } from '../upstream/ask.js';
import { patienceOf } from '../patience.js';
import { honestBody } from '../testing/nx-entry.js';
import { ProxyRig } from '../testing/proxy-rig.js';
import { honestEntry, json, ScriptedUpstream, whole } from '../testing/scripted-upstream.js';
import type { Script } from '../testing/scripted-upstream.js';
import { exchangedCredentials } from './exchanged.js';
import { githubIdTokens, oneIdToken } from './id-tokens.js';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

const date = 'Fri, 27 Nov 2026 12:00:00 GMT';
let now = 0;
const clock = { now: () => 0, monotonic: () => now };

/** A server that exchanges, and whose tokens it may forget. */
const exchanging = async (exchange?: Script) => {
  let given = 0;
  const state = { valid: '', idTokens: [] as string[] };
  const others: Record<string, Script> = {
    '/v1/token': (each) => {
      state.idTokens.push(each.headers['authorization'] ?? '');
      if (exchange !== undefined) {
        exchange(each);
        return;
      }
      given += 1;
      state.valid = `nxmls_${String(given)}`;
      const grant = {
        token: state.valid,
        scope: 'protected',
        mode: 'read-write',
        expiresAt: '2026-11-27T12:10:00.000Z',
      };
      each.socket.write(whole('200 OK', JSON.stringify(grant), { date }));
    },
  };
  const upstream = await ScriptedUpstream.start({
    others,
    script: ({ socket, headers }) =>
      socket.write(headers['authorization'] === `Bearer ${state.valid}` ? honestEntry() : whole('401 No')),
  });
  disposals.push(() => upstream.stop());
  return { upstream, state };
};

const github = async () => {
  const asked: string[] = [];
  const issuer = await ScriptedUpstream.start({
    script: () => undefined,
    others: {
      '/token?api-version=2&audience=https%3A%2F%2Fcache.example.org': ({ socket, headers }) => {
        asked.push(headers['authorization'] ?? '');
        socket.write(json({ value: `id-${String(asked.length)}` }));
      },
    },
  });
  disposals.push(() => issuer.stop());
  const url = new URL('/token?api-version=2', issuer.address).href;
  const ids = githubIdTokens(
    { url, token: 'request-token', audience: 'https://cache.example.org' },
    patienceOf(20),
  );
  return { ids, asked };
};

const rigWith = async (server: ScriptedUpstream, ids: Parameters<typeof exchangedCredentials>[1]) => {
  const upstream = openUpstream(server.address, patienceOf(20));
  const rig = await ProxyRig.start(upstream, { credentials: exchangedCredentials(upstream, ids, clock) });
  disposals.push(() => rig.dispose());
  return rig;
};

beforeEach(() => {
  now = 0;
});

it('exchanges the ID token of a job once, for all tasks', async () => {
  const { upstream, state } = await exchanging();
  const { ids, asked } = await github();
  const rig = await rigWith(upstream, ids);
  const answers = await Promise.all(Array.from({ length: 20 }, () => rig.get()));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(asked).toEqual(['Bearer request-token']);
  expect(state.idTokens).toEqual(['Bearer id-1']);
});

it('renews a token before it ends', async () => {
  const { upstream, state } = await exchanging();
  const rig = await rigWith(upstream, (await github()).ids);
  await rig.get();
  now = 479_000;
  await rig.get();
  expect(state.idTokens).toHaveLength(1);
  now = 481_000;
  expect((await rig.get()).status).toBe(200);
  expect(state.idTokens).toEqual(['Bearer id-1', 'Bearer id-2']);
});

it('gets another when one is revoked amidst a run, and not for each task', async () => {
  const { upstream, state } = await exchanging();
  const rig = await rigWith(upstream, (await github()).ids);
  await rig.get();
  state.valid = 'none';
  now = 60_000;
  expect((await rig.get()).status).toBe(200);
  state.valid = 'none';
  for (let at = 0; at < 5; at += 1) expect((await rig.get()).status).toBe(404);
  expect(state.idTokens).toHaveLength(2);
  expect((await rig.finish()).troubles[0]?.why).toMatch(/does not take the token/);
});

it('has one ID token of GitLab, and renews what it got for it', async () => {
  const { upstream, state } = await exchanging();
  const rig = await rigWith(upstream, oneIdToken('of-gitlab'));
  expect((await rig.get()).status).toBe(200);
  now = 481_000;
  expect((await rig.get()).status).toBe(200);
  expect(state.idTokens).toEqual(['Bearer of-gitlab', 'Bearer nxmls_1']);
  state.valid = 'none';
  now = 600_000;
  expect((await rig.get()).status).toBe(404);
  expect(state.idTokens).toHaveLength(2);
});

it('uses to its end what cannot be renewed', async () => {
  let isOver = false;
  const grant = { token: 'nxmls_1', scope: 'protected', expiresAt: '2026-11-27T12:10:00.000Z' };
  const { upstream, state } = await exchanging(({ socket }) =>
    socket.write(isOver ? whole('403 No') : whole('200 OK', JSON.stringify(grant), { date })),
  );
  state.valid = 'nxmls_1';
  const rig = await rigWith(upstream, oneIdToken('of-gitlab'));
  expect((await rig.get()).status).toBe(200);
  isOver = true;
  now = 481_000;
  for (let at = 0; at < 3; at += 1) expect((await rig.get()).status).toBe(200);
  expect(state.idTokens).toHaveLength(2);
});

it.each<readonly [string, RegExp, Script]>([
  ['403', /does not take the ID token of this job \(403\)/, ({ socket }) => socket.write(whole('403 No'))],
  ['404', /exchanges no ID tokens/, ({ socket }) => socket.write(whole('404 No'))],
  ['no token', /gives no token/, ({ socket }) => socket.write(json({}))],
  [
    'a token that would be a header',
    /gives no token/,
    ({ socket }) => socket.write(json({ token: 'a\r\nx: y', scope: 'protected' })),
  ],
  [
    'a scope that is none',
    /gives no token/,
    ({ socket }) => socket.write(json({ token: 'a', scope: 'all' })),
  ],
  ['no JSON', /gives no token/, ({ socket }) => socket.write(whole('200 OK', '<html>'))],
])('goes on without a token: %s', async (_, told, exchange) => {
  const { upstream } = await exchanging(exchange);
  const rig = await rigWith(upstream, oneIdToken('id'));
  expect((await rig.get()).status).toBe(404);
  expect((await rig.put(Uint8Array.from(honestBody))).status).toBe(200);
  const { troubles } = await rig.finish();
  expect(troubles.map(({ why }) => why).join('; ')).toMatch(told);
});
