import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';

import { startCommand, WorkspaceRig } from '@nx-ml/testing';

import { championScript } from './deploy/champion-script.js';
import { adminToken, ScriptedGateway } from './deploy/scripted-gateway.js';

const token = { env: { MAIL_API_TOKEN: adminToken } };

/** The spec's own time-out ends a wait for nothing. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(50);
}

describe('a service on a scripted gateway', () => {
  const gateway = new ScriptedGateway();
  let rig: WorkspaceRig;
  beforeAll(async () => {
    const url = await gateway.open();
    rig = await WorkspaceRig.create({ quick: true });
    rig.write({
      'nx.json': JSON.stringify({
        plugins: [{ plugin: 'nx-ml', options: { workspaceId: 'spec' } }],
        neverConnectToCloud: true,
      }),
      'champion.cjs': championScript,
      'models/m/ml.yaml': 'kind: model\ntrain: { command: node train.mjs }\n',
      'services/mail-api/ml.yaml': `kind: service
models: { spam: m }
deploy:
  environments:
    - { name: production, target: { gateway: '${url}', token: MAIL_API_TOKEN }, steps: [0.5], lease: 2 }
`,
    });
    rig.git('config', 'user.name', 'rig');
    rig.commitAll('start');
  });
  afterAll(async () => {
    gateway.close();
    await rig.dispose();
  });

  const promote = async (text: string): Promise<void> => {
    const env = rig.environment();
    const { code, output } = await startCommand(process.execPath, ['champion.cjs', text], {
      cwd: rig.root,
      env,
    }).ended;
    expect([code, output]).toEqual([0, '']);
  };
  const deploy = (...args: readonly string[]) =>
    rig.nx(['run', 'mail-api:deploy', '--output-style=static', ...args], token);

  it('serves the champions of its models, and tells before what it would do', async () => {
    expect((await deploy()).output).toContain('m has no accepted version that could be deployed');
    await promote('first');
    const plan = await deploy('--dry-run');
    expect([plan.code, plan.output]).toEqual([
      0,
      expect.stringMatching(/nothing → [0-9a-f]{12} by recreate/),
    ]);
    expect(gateway.baseline).toBeNull();
    expect(await deploy()).toMatchObject({ code: 0 });
    expect(gateway.baseline).toMatch(/^sha256:/);
  });

  it('whose controller is killed has its baseline again, and the next deployment goes on', async () => {
    await promote('second');
    gateway.load = 0;
    const main = join(rig.root, 'node_modules/nx-ml/dist/cli/main.js');
    const controller = startCommand(process.execPath, [main, 'deploy', 'mail-api'], {
      cwd: rig.root,
      env: rig.environment(token.env),
    });
    await until(() => gateway.candidate !== undefined);
    controller.child.kill('SIGKILL');
    await controller.ended;
    await until(() => gateway.candidate === undefined);
    gateway.load = 2000;
    const next = await deploy();
    expect([next.code, next.output]).toEqual([0, expect.stringContaining('settled as abandoned')]);
  });

  it('goes back by one command, without its store, and the journal is told later', async () => {
    const { previous } = gateway;
    const drill = await rig.cli(['rollback', 'mail-api', '--drill'], token);
    expect([drill.code, drill.output]).toEqual([0, expect.stringContaining('Nothing was changed')]);
    const noStore = { env: { ...token.env, NX_ML_STORE: join(rig.root, 'nx.json') } };
    const back = await rig.cli(['rollback', 'mail-api', '--reason', 'empty answers'], noStore);
    expect([back.code, back.output]).toEqual([0, expect.stringContaining('could not be told')]);
    expect(gateway.baseline).toBe(previous);
    expect((await deploy('--again=the mails were at fault')).code).toBe(0);
    const history = await rig.cli(['deploy', 'history', 'mail-api']);
    expect(history.output).toMatch(/found +serves [0-9a-f]{12} +empty answers/);
  });
});
