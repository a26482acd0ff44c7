import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { gatedWorkspace, WorkspaceRig } from '@nx-ml/testing';

import { ServerProcess } from './cache-server/server-process.js';

describe('The gate over a server, on a protected branch and from pull requests', () => {
  let rig: WorkspaceRig;
  let folder: string;
  let server: ServerProcess;
  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(gatedWorkspace);
    rig.commitAll('start');
    folder = join(rig.home, 'server');
    mkdirSync(folder);
    server = new ServerProcess(folder);
    await server.start();
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    await rig.dispose();
  });

  /** What a machine has of its own. */
  const machine = (name: string, token: string): { readonly env: Readonly<Record<string, string>> } => ({
    env: {
      NX_ML_STORE: join(rig.home, name),
      NX_ML_REMOTE: `http://127.0.0.1:${String(server.port)}`,
      NX_ML_TOKEN: token,
    },
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
    readdirSync(join(folder, 'storage/store', scope, 'journals')).sort();

  it('spends one budget and compares with one model, and only the branch says which that is', async () => {
    const main = machine('one', server.token);
    await rig.nx(['run', 'mail:gate'], main);
    expect((await rig.cli(['gate', 'accept', 'mail'], main)).output).toContain('is accepted');
    expect([journalsOf('shared'), journalsOf('protected')]).toEqual([
      ['gate'],
      expect.arrayContaining(['registry']) as string[],
    ]);

    // A pull request, on a machine that has nothing.
    forget();
    rig.edit('models/mail/ml.yaml', (text) => text.replace('right: 1600', 'right: 1540'));
    const token = server.mint('pr-7');
    const pr = machine('two', token);
    await rig.nx(['run', 'mail:evaluate'], pr);
    const answer = await ask(pr);
    expect(answer).toMatchObject({ code: 3, known: false, verdict: { state: 'fail', budget: { step: 2 } } });
    const accepted = await rig.cli(['gate', 'accept', 'mail'], pr);
    expect([accepted.code === 0, accepted.output.includes(token)]).toEqual([false, false]);

    for (const verb of ['retire', 'override']) {
      const refused = await rig.cli(['gate', verb, 'mail', '--reason', 'it is used up', '--by', 'Ada'], pr);
      expect([verb, refused.code, refused.output]).toEqual([
        verb,
        1,
        expect.stringContaining('ERR_ML_REMOTE_REFUSED'),
      ]);
    }

    // The branch, on another machine that has nothing: what the pull request asked was asked.
    forget();
    const other = machine('three', server.token);
    await rig.nx(['run', 'mail:evaluate'], other);
    expect(await ask(other)).toEqual({ ...answer, known: true });
    const retired = await rig.cli(
      ['gate', 'retire', 'mail', '--reason', 'it is used up', '--by', 'Ada'],
      other,
    );
    expect([retired.code, retired.output]).toEqual([0, expect.stringContaining('retired after 2 steps')]);
  });

  it('tells a token that the server does not take, without repeating it', async () => {
    const token = `${server.token.slice(0, -1)}_`;
    const { code, output } = await rig.cli(['store', 'push'], machine('one', token));
    expect([code, output]).toEqual([1, expect.stringContaining('does not take the token') as string]);
    expect(output).not.toContain(token);
  });
});
