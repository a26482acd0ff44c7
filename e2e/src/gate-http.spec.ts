import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';
import { parseScope } from '@nx-ml/core/cache';
import { buildServer, Refusal, storeRoutes } from '@nx-ml/server';
import type { Authenticator } from '@nx-ml/server';
import { gatedWorkspace, WorkspaceRig } from '@nx-ml/testing';

type Server = Awaited<ReturnType<typeof buildServer>>;

/** A token is the name of its scope. */
const authenticator: Authenticator = {
  authenticate: async (header = '') => {
    const scope = /^Bearer token-(.+)$/.exec(header)?.[1];
    if (scope === undefined) throw new Refusal(401, { message: 'unknown', fix: 'none' });
    return Promise.resolve({ scope: parseScope(scope), mode: 'read-write', subject: scope });
  },
};

describe('The gate over a server, on a protected branch and from pull requests', () => {
  let rig: WorkspaceRig;
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(gatedWorkspace);
    rig.commitAll('start');
    server = await serve(rig.home);
    origin = `http://127.0.0.1:${String((server.server.address() as AddressInfo).port)}`;
  });
  afterAll(async () => {
    await server.close();
    await rig.dispose();
  });

  /** What a machine has of its own. */
  const machine = (name: string, scope: string): { readonly env: Readonly<Record<string, string>> } => ({
    env: { NX_ML_STORE: join(rig.home, name), NX_ML_REMOTE: origin, NX_ML_TOKEN: `token-${scope}` },
  });
  const ask = async (options: ReturnType<typeof machine>) => {
    const { code, output } = await rig.cli(['gate', 'run', '--json'], options);
    return { code, ...(JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>) };
  };
  const forget = (): void => {
    rig.remove('.nx-ml');
    rig.forgetNx();
  };
  const journalsOf = (scope: string): string[] =>
    readdirSync(join(rig.home, 'storage/store', scope, 'journals')).sort();

  it('spends one budget and compares with one model, and only the branch says which that is', async () => {
    const main = machine('one', 'protected');
    await rig.nx(['run', 'mail:gate'], main);
    expect((await rig.cli(['gate', 'accept', 'mail'], main)).output).toContain('is accepted');
    expect([journalsOf('shared'), journalsOf('protected')]).toEqual([
      ['gate'],
      expect.arrayContaining(['aliases']) as string[],
    ]);

    // A pull request, on a machine that has nothing.
    forget();
    rig.edit('models/mail/ml.yaml', (text) => text.replace('right: 1600', 'right: 1540'));
    const pr = machine('two', 'pr-7');
    await rig.nx(['run', 'mail:evaluate'], pr);
    const answer = await ask(pr);
    expect(answer).toMatchObject({ code: 3, known: false, verdict: { state: 'fail', budget: { step: 2 } } });
    const accepted = await rig.cli(['gate', 'accept', 'mail'], pr);
    expect([accepted.code === 0, accepted.output.includes('token-pr-7')]).toEqual([false, false]);

    // The branch, on another machine that has nothing: what the pull request asked was asked.
    forget();
    const other = machine('three', 'protected');
    await rig.nx(['run', 'mail:evaluate'], other);
    expect(await ask(other)).toEqual({ ...answer, known: true });
  });

  it('tells a token that the server does not take, without repeating it', async () => {
    const { code, output } = await rig.cli(['store', 'push'], machine('one', '/x'));
    expect([code, output]).toEqual([1, expect.stringContaining('does not take the token') as string]);
    expect(output).not.toContain('token-/x');
  });
});

async function serve(home: string): Promise<Server> {
  const storage = join(home, 'storage');
  mkdirSync(storage);
  const { privateKey } = generateKeyPairSync('ed25519');
  const keys = { privateKey, publicKeys: [createPublicKey(privateKey)] };
  const blobs = new FolderBlobs(storage);
  const clock = { now: Date.now, monotonic: () => performance.now() };
  const app = await buildServer({
    blobs,
    authenticator,
    keys: { current: () => Promise.resolve(keys) },
    clock,
    plugins: [storeRoutes({ blobs, uploads: join(home, 'uploads'), clock })],
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}
