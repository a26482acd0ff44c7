import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { jobCredentials, mintedCredentials } from '../server-session/index.js';
import { patienceOf } from './patience.js';
import { honestBody } from './testing/nx-entry.js';
import { ProxyRig } from './testing/proxy-rig.js';
import { honestEntry, json, ScriptedUpstream, whole } from './testing/scripted-upstream.js';
import type { Script } from './testing/scripted-upstream.js';
import { openUpstream } from './upstream/ask.js';
import { askingOf } from './upstream/ask-json.js';

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
  const variables = {
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    NX_ML_CACHE_AUDIENCE: 'https://cache.example.org',
    NX_ML_TOKEN: '',
  };
  return { variables, asked };
};

const gitlab = { NX_ML_ID_TOKEN: 'of-gitlab' };

const rigWith = async (server: ScriptedUpstream, variables: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-session-spec-'));
  disposals.push(() => rm(folder, { recursive: true, force: true }));
  const patience = patienceOf(20);
  const job = { server: server.address, variables, ask: askingOf(patience), clock, folder };
  const upstream = openUpstream(server.address, patience);
  const rig = await ProxyRig.start(upstream, {
    credentials: jobCredentials(job) ?? mintedCredentials(undefined),
  });
  disposals.push(() => rig.dispose());
  return rig;
};

beforeEach(() => {
  now = 0;
});

it('exchanges the ID token of a job once, for all tasks', async () => {
  const { upstream, state } = await exchanging();
  const { variables, asked } = await github();
  const rig = await rigWith(upstream, variables);
  const answers = await Promise.all(Array.from({ length: 20 }, () => rig.get()));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(asked).toEqual(['Bearer request-token']);
  expect(state.idTokens).toEqual(['Bearer id-1']);
});

it('renews a token before it ends', async () => {
  const { upstream, state } = await exchanging();
  const rig = await rigWith(upstream, (await github()).variables);
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
  const rig = await rigWith(upstream, (await github()).variables);
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
  const rig = await rigWith(upstream, gitlab);
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
  const rig = await rigWith(upstream, gitlab);
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
  const { upstream, state } = await exchanging(exchange);
  const rig = await rigWith(upstream, gitlab);
  expect((await rig.get()).status).toBe(404);
  expect((await rig.put(Uint8Array.from(honestBody))).status).toBe(200);
  await rig.get();
  const { troubles } = await rig.finish();
  expect(troubles.map(({ why }) => why).join('; ')).toMatch(told);
  // One refusal is enough for all tasks: more would look like guessing to the server.
  expect(state.idTokens).toHaveLength(1);
});

it('asks again where the server is started anew meanwhile', async () => {
  let tries = 0;
  const grant = { token: 'nxmls_1', scope: 'protected', expiresAt: '2026-11-27T12:10:00.000Z' };
  const { upstream, state } = await exchanging(({ socket }) => {
    tries += 1;
    socket.write(tries === 1 ? whole('503 Later') : whole('200 OK', JSON.stringify(grant), { date }));
  });
  state.valid = 'nxmls_1';
  const rig = await rigWith(upstream, gitlab);
  expect((await rig.get()).status).toBe(200);
});
