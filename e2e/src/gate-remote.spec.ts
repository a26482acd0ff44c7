import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { gatedWorkspace, WorkspaceRig } from '@nx-ml/testing';

describe('The gate of machines that share a remote alone', () => {
  let rig: WorkspaceRig;
  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(gatedWorkspace);
    rig.commitAll('start');
    mkdirSync(join(rig.home, 'remote'));
  });
  afterAll(() => rig.dispose());

  /** What a machine has of its own. */
  const machine = (name: string): { readonly env: Readonly<Record<string, string>> } => ({
    env: { NX_ML_STORE: join(rig.home, name), NX_ML_REMOTE: join(rig.home, 'remote') },
  });
  const ask = async (options: ReturnType<typeof machine>) => {
    const { code, output } = await rig.cli(['gate', 'run', '--json'], options);
    return { code, ...(JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>) };
  };

  it('asks one test set, compares with one model, and gives one answer', async () => {
    const one = machine('one');
    await rig.nx(['run', 'mail:gate'], one);
    expect((await rig.cli(['gate', 'accept', 'mail'], one)).output).toContain('is accepted');
    expect(readdirSync(join(rig.home, 'remote/journals')).sort()).toEqual(['gate', 'registry']);
    rig.edit('models/mail/ml.yaml', (text) => text.replace('right: 1600', 'right: 1540'));
    await rig.nx(['run', 'mail:evaluate'], one);
    const answer = await ask(one);
    expect(answer).toMatchObject({ code: 3, known: false, verdict: { state: 'fail', budget: { step: 2 } } });

    // Another machine: none of its store, its manifests, or Nx's cache.
    rig.remove('.nx-ml');
    rig.forgetNx();
    const two = machine('two');
    await rig.nx(['run', 'mail:evaluate'], two);
    rig.takeTrace();
    expect(await ask(two)).toEqual({ ...answer, known: true });
    // The accepted model came from the remote, and was evaluated here.
    expect(rig.takeTrace()).toEqual(['evaluate']);
  });

  it('answers nothing while the remote cannot be asked', async () => {
    const { env } = machine('two');
    expect(await ask({ env: { ...env, NX_ML_OFFLINE: '1' } })).toMatchObject({
      code: 4,
      verdict: { state: 'inconclusive', reasons: [{ code: 'baseline' }] },
    });
  });
});
