import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';
import { askingJson, openHttpBlobs } from '@nx-ml/core/adapters/remote-http';
import { jobCredentials } from '@nx-ml/core/adapters/server-session';
import { bytesSource } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';

import { openAuthenticator } from '../access/authenticator.js';
import { parseOidcConfig, TokenExchange } from '../access/oidc/index.js';
import { openStateFolder } from '../access/state/index.js';
import { gitlabClaims, pullRequestClaims } from '../access/testing/claims.js';
import { LocalIssuer } from '../access/testing/local-issuer.js';
import { temporaryState } from '../access/testing/temporary-state.js';
import type { TemporaryState } from '../access/testing/temporary-state.js';
import { tokenRoutes } from '../access/token-routes.js';
import { openServerRig } from '../testing/server-rig.js';
import type { ServerRig } from '../testing/server-rig.js';
import { storeRoutes } from './index.js';

const hour = 3_600_000;
const audience = 'https://cache.example.org';

let place: TemporaryState;
let folder: string;
let now: number;
const clock = { now: () => now, monotonic: () => now };
let github: LocalIssuer;
let gitlab: LocalIssuer;
let server: ServerRig;

beforeEach(async () => {
  place = temporaryState();
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-job-sessions-'));
  now = Date.now();
  [github, gitlab] = [await LocalIssuer.open('github'), await LocalIssuer.open('gitlab')];
  server = await openServer();
});
afterEach(async () => {
  await Promise.all([server.close(), github.close(), gitlab.close()]);
  rmSync(folder, { recursive: true, force: true });
  place.remove();
});

/** The routes that `serve` has, with its own tokens and issuers on loopback. */
function openServer(): Promise<ServerRig> {
  const protectedRefs = ['refs/heads/main'];
  const { repository, repository_id: repositoryId } = pullRequestClaims;
  const { project_path: project, project_id: projectId } = gitlabClaims;
  const trusted = [
    { provider: 'github', issuer: github.url, repository, repositoryId, protectedRefs },
    { provider: 'gitlab', issuer: gitlab.url, project, projectId, protectedRefs },
  ];
  const config = parseOidcConfig(JSON.stringify({ formatVersion: 1, audience, trusted }), 'oidc.json');
  const state = openStateFolder(place.path);
  const options = { state, clock, warn: () => undefined };
  const authenticator = openAuthenticator(options);
  const exchange = new TokenExchange({ ...options, config });
  const blobs = new FolderBlobs(folder);
  const plugins = [
    tokenRoutes({ authenticator, exchange }),
    storeRoutes({ blobs, uploads: state.folder('uploads'), clock }),
  ];
  return openServerRig({ authenticator, blobs, clock, plugins });
}

function idToken(issuer: LocalIssuer, claims: object, seconds = 300): string {
  const at = Math.floor(now / 1000);
  return issuer.sign({ ...claims, iat: at, nbf: at, exp: at + seconds });
}

/** The remote as one process of a job opens it. */
function remoteOf(variables: Readonly<Record<string, string>>, port = server.port): Blobs {
  const origin = `http://127.0.0.1:${String(port)}`;
  const patience = { retries: 2, firstDelay: 1, idle: 20_000 };
  const ask = askingJson(patience);
  const job = { server: new URL(origin), variables, ask, clock, folder: place.at('sessions') };
  return openHttpBlobs({ kind: 'http', origin, path: '' }, { credentials: jobCredentials(job), patience });
}

const inGithub = (claims: object) => {
  const path = `/token?audience=${encodeURIComponent(audience)}`;
  github.answers.set(path, (_, response) => {
    response.end(JSON.stringify({ value: idToken(github, claims) }));
  });
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
    NX_ML_CACHE_AUDIENCE: audience,
  };
};

const bytes = Buffer.from('a model');
const write = (blobs: Blobs) => blobs.write('models/a', bytesSource(bytes));

it('is known to the store in GitHub Actions without a secret, and gets another session when one is over', async () => {
  const blobs = remoteOf(inGithub(pullRequestClaims));
  await write(blobs);
  expect(await blobs.size('models/a')).toBe(bytes.length);
  expect(await remoteOf(inGithub(pullRequestClaims)).size('models/a')).toBe(bytes.length);
  now += 3 * hour;
  await blobs.remove('models/a');
  expect(await blobs.size('models/a')).toBeUndefined();
});

it('is known in all processes of a job of GitLab, with its one ID token, for as long as that is valid', async () => {
  const variables = { NX_ML_ID_TOKEN: idToken(gitlab, gitlabClaims, 3 * 3600) };
  const first = remoteOf(variables);
  await write(first);
  expect(await remoteOf(variables).size('models/a')).toBe(bytes.length);
  for (let renewals = 0; renewals < 3; renewals += 1) {
    now += 0.85 * hour;
    expect(await first.size('models/a')).toBe(bytes.length);
  }
  expect(await remoteOf(variables).size('models/a')).toBe(bytes.length);
  now += hour;
  await expect(remoteOf(variables).size('models/a')).rejects.toMatchObject({
    code: 'ERR_ML_REMOTE_REFUSED',
    message: expect.stringContaining('does not take the session of this job any more') as string,
  });
});

it('goes on after a server that was away', async () => {
  const blobs = remoteOf(inGithub(pullRequestClaims), 1);
  await expect(write(blobs)).rejects.toMatchObject({ code: 'ERR_ML_REMOTE_UNAVAILABLE' });
  await server.restart();
  await write(remoteOf(inGithub(pullRequestClaims)));
});

it('says how to be let in where the server refuses a job, and asks it once', async () => {
  const variables = inGithub({ ...pullRequestClaims, repository: 'mallory/models', repository_id: '666' });
  const blobs = remoteOf(variables);
  for (const question of [() => blobs.size('models/a'), () => write(blobs)])
    await expect(question()).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_REFUSED',
      message: expect.stringMatching(/does not take the ID token of this job \(403\)/) as string,
      fix: expect.stringContaining('--oidc') as string,
    });
  expect(github.asked.filter((path) => path.startsWith('/token'))).toHaveLength(1);
});
