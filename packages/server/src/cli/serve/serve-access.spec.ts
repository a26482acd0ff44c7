import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

import { formatPublicKey, parseScope } from '@nx-ml/core/cache';

import { SigningKeyFile } from '../../access/keys/index.js';
import { openStateFolder } from '../../access/state/index.js';
import { githubClaims, pullRequestClaims } from '../../access/testing/claims.js';
import { LocalIssuer } from '../../access/testing/local-issuer.js';
import { temporaryState } from '../../access/testing/temporary-state.js';
import type { TemporaryState } from '../../access/testing/temporary-state.js';
import { TokenList } from '../../access/tokens/index.js';

const hook = require.resolve('../../../../core/src/kernel/testing/typescript-hook.cjs');
const clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** What `serve` does, without the `await import` of its code, which needs a build. */
const script = (args: readonly string[]): string => `
  const { runServer } = require(${JSON.stringify(require.resolve('./run-server.ts'))});
  const { parseServeOptions } = require(${JSON.stringify(require.resolve('./serve-options.ts'))});
  const io = {
    write: () => {}, tell: (text) => process.stderr.write(text), cwd: '/', env: {},
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
  };
  runServer(parseServeOptions(${JSON.stringify(args)}, io, ''), io);`;

let place: TemporaryState;
let issuer: LocalIssuer;
let server: ChildProcess;
let address: string;

beforeAll(async () => {
  place = temporaryState();
  issuer = await LocalIssuer.open('github');
  mkdirSync(`${place.path}-storage`);
  writeFileSync(
    `${place.path}-oidc.json`,
    JSON.stringify({
      formatVersion: 1,
      audience: githubClaims.aud,
      trusted: [
        {
          provider: 'github',
          issuer: issuer.url,
          repository: githubClaims.repository,
          repositoryId: githubClaims.repository_id,
          protectedRefs: ['refs/heads/main'],
        },
      ],
    }),
  );
  await start();
});

afterAll(async () => {
  await kill('SIGTERM');
  await issuer.close();
  place.remove();
});

async function start(): Promise<void> {
  const folders = ['--storage', `${place.path}-storage`, '--state', place.path];
  const args = [...folders, '--oidc', `${place.path}-oidc.json`, '--listen', '127.0.0.1:0'];
  const node = ['--conditions=@nx-ml/source', '-r', hook, '-e', script(args)];
  server = spawn(process.execPath, node, { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  for await (const text of server.stderr ?? []) {
    told += String(text);
    const [, url] = /listens on (\S+)/.exec(told) ?? [];
    if (url === undefined) continue;
    address = url;
    return;
  }
  throw new Error(`The server did not start: ${told}`);
}

async function kill(signal: NodeJS.Signals): Promise<void> {
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}

async function ask(method: string, path: string, token: string, body?: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${address}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
}

const idToken = (claims: object): string => {
  const now = Math.floor(Date.now() / 1000);
  return issuer.sign({ ...claims, iat: now, nbf: now, exp: now + 300 });
};

const exchanged = async (claims: object): Promise<string> => {
  const answer = await ask('POST', '/v1/token', idToken(claims));
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { token: string }).token;
};

it('knows what another process mints, revokes and rotates, without a restart', async () => {
  const state = openStateFolder(place.path);
  const list = new TokenList(state, clock);
  const wish = { scope: parseScope('user-ada'), mode: 'read-write', note: '', lifetime: 3_600_000 } as const;
  const { text, stored } = await list.mint(wish);
  expect(await (await ask('GET', '/v1/token', text)).json()).toMatchObject({ scope: 'user-ada' });
  await list.revoke(stored.id);
  expect((await ask('GET', '/v1/token', text)).status).toBe(401);
  const { publicKeys } = await new SigningKeyFile(state).rotate({ keepOld: true });
  const keys = publicKeys.map(formatPublicKey);
  expect(await (await fetch(`${address}/v1/keys`)).json()).toEqual({ keys });
  expect(keys).toHaveLength(2);
});

it('keeps the protected branch from all that a pull request writes, first or second', async () => {
  const [main, pull] = [await exchanged(githubClaims), await exchanged(pullRequestClaims)];
  const hash = '1234567890';
  expect((await ask('PUT', `/v1/cache/${hash}`, pull, 'poison')).status).toBe(200);
  expect((await ask('GET', `/v1/cache/${hash}`, main)).status).toBe(404);
  expect((await ask('PUT', `/v1/cache/${hash}`, main, 'sound')).status).toBe(200);
  expect(await (await ask('GET', `/v1/cache/${hash}`, main)).text()).toBe('sound');
  expect((await ask('PUT', `/v1/cache/${hash}`, main, 'other')).status).toBe(409);
});

it('remembers after a SIGKILL which ID tokens were exchanged, and its sessions', async () => {
  const token = idToken(githubClaims);
  const session = ((await (await ask('POST', '/v1/token', token)).json()) as { token: string }).token;
  await kill('SIGKILL');
  await start();
  expect((await ask('GET', '/v1/token', session)).status).toBe(200);
  const again = await ask('POST', '/v1/token', token);
  expect([again.status, await again.text()]).toEqual([401, expect.stringContaining('exchanged before')]);
});
