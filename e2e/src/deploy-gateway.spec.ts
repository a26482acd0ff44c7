import { processesIn, startLoad, WorkspaceRig } from '@nx-ml/testing';
import type { LoadCounts } from '@nx-ml/testing';

import { RealGateway, until } from './deploy/real-gateway.js';
import { mailRequest, servedWorkspace, serving } from './deploy/served-workspace.js';

const request = mailRequest('a mail');

describe('a service on the real gateway, from the real command line', () => {
  let rig: WorkspaceRig;
  let gateway: RealGateway;
  let url: string;
  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true, dependencies: { '@nx-ml/server': 'as packed' } });
    gateway = await RealGateway.start(rig);
    url = `${gateway.addresses.serving}/v2/models/spam/infer`;
    rig.write(servedWorkspace(gateway.addresses.admin));
    rig.git('config', 'user.name', 'rig');
    rig.commitAll('start');
  });
  afterAll(async () => {
    const code = await gateway.stop();
    await rig.dispose();
    expect(code).toBe(0);
  });

  const cli = (...args: readonly string[]) => rig.cli(args, { env: { MAIL_API_TOKEN: gateway.token } });
  const deploy = (...args: readonly string[]) => cli('deploy', 'mail-api', ...args);

  /** Packages the model with this code, and registers it. */
  const release = async (version: keyof typeof serving) => {
    rig.write({ 'models/mail/serve.mjs': serving[version] });
    const { code, output } = await rig.nx(['run', 'mail:promote', '--output-style=static']);
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  };

  /** What a user gets. */
  const answer = async () => {
    const response = await fetch(url, { method: 'POST', body: request });
    const { outputs } = (await response.json()) as { readonly outputs?: readonly { data: unknown[] }[] };
    return outputs?.[0]?.data[0];
  };

  /** Deploys while users go on asking. */
  const deployUnderLoad = async (...args: readonly string[]) => {
    const load = startLoad({ url, bodies: [request], clients: 8 });
    const { code, output } = await deploy(...args);
    return { code, output, users: await load.stop() };
  };

  it('serves what was promoted, and the same again is nothing to do', async () => {
    await release('first');
    const env = { MAIL_API_TOKEN: gateway.token };
    const first = await rig.nx(['run', 'mail-api:deploy', '--output-style=static'], { env });
    expect([first.code, first.output]).toEqual([
      0,
      expect.stringMatching(/nothing → [0-9a-f]{12} by recreate/),
    ]);
    expect(await answer()).toBe('first');
    const again = await deploy();
    expect([again.code, again.output]).toEqual([0, expect.stringContaining('It is served already')]);
  });

  it('takes a good release over under load, and no request is lost', async () => {
    await release('second');
    const { code, output, users } = await deployUnderLoad();
    expect([code, output]).toEqual([0, expect.stringContaining('Not worse, 95% sure at any look')]);
    expect(users).toMatchObject({ failed: 0, refused: 0, lost: 0 });
    expect(Object.keys(users.byRelease)).toHaveLength(2);
    expect(await answer()).toBe('second');
  });

  it('rolls a bad one back by what users get, tells it, and does not deploy it again unasked', async () => {
    await release('bad');
    const { code, output, users } = await deployUnderLoad();
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/Rolled back: .* Errors worse than the baseline/),
    ]);
    expect(users).toMatchObject({ refused: 0, lost: 0 });
    expect(failedBy(users)).toHaveLength(1);
    expect(await answer()).toBe('second');
    expect((await cli('deploy', 'history', 'mail-api')).output).toMatch(/rolled-back +serves [0-9a-f]{12}/);
    const again = await deploy();
    expect([again.code, again.output]).toEqual([1, expect.stringContaining('ERR_ML_DEPLOY_REFUSED')]);
  });

  it('rehearses going back, and goes back, while users go on asking', async () => {
    const load = startLoad({ url, bodies: [request], clients: 8 });
    const drill = await cli('rollback', 'mail-api', '--drill');
    expect([drill.code, drill.output]).toEqual([0, expect.stringContaining('Nothing was changed')]);
    expect(await answer()).toBe('second');
    const back = await cli('rollback', 'mail-api', '--reason', 'a rehearsal');
    expect([back.code, await answer()]).toEqual([0, 'first']);
    expect(await load.stop()).toMatchObject({ failed: 0, refused: 0, lost: 0 });
    expect((await deploy()).output).toContain('ERR_ML_DEPLOY_REFUSED');
  });

  it('is tried out by the target serve, which ends with ctrl-C and leaves nothing', async () => {
    // Not with the static output that other specs read: Nx tells what is continuous at its end then.
    const run = rig.start(['run', 'mail-api:serve', '--port=0']);
    const [, command = '', address = '', file = ''] = await until(() =>
      /(curl (http\S+) -d @(\S+))/.exec(run.output()),
    );
    expect(command).toContain('/v2/models/spam/infer -d @models/mail/example.json');
    const response = await fetch(address, { method: 'POST', body: rig.read(file) });
    expect(await response.json()).toMatchObject({ model_name: 'spam', outputs: [{ data: ['bad'] }] });
    if (process.platform === 'linux') expect(served(rig.root)).not.toEqual([]);
    run.child.kill('SIGINT');
    await run.ended;
    await expect(fetch(address)).rejects.toThrow();
    if (process.platform === 'linux') await until(() => (served(rig.root).length === 0 ? true : undefined));
    expect(rig.exists('.nx-ml/gateway')).toBe(true);
  });
});

/** Releases that failed an answer. */
function failedBy({ byRelease }: LoadCounts): readonly string[] {
  return Object.entries(byRelease).flatMap(([release, { failed }]) => (failed > 0 ? [release] : []));
}

/** Processes of a service that is tried out: the gateway, and the models that work in what it laid out. */
function served(root: string): readonly string[] {
  return processesIn(root).flatMap(({ command, cwd }) =>
    `${command} ${cwd}`.includes('.nx-ml/serve-') ? [command] : [],
  );
}
