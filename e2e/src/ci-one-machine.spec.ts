import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { gatedWorkspace, startCommand, WorkspaceRig } from '@nx-ml/testing';

import { runBitbucket } from './ci/bitbucket-runner.js';
import type { BitbucketRun } from './ci/bitbucket-runner.js';
import { Machines } from './ci/machines.js';

/** Milliseconds: each machine starts Nx a few times. */
jest.setTimeout(600_000);

describe('Generated CI where one machine does all', () => {
  let rig: WorkspaceRig;
  let machines: Machines;
  let variables: Record<string, string>;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    machines = new Machines(rig);
    // What waits looks more often than once in half a minute.
    machines.program('sleep', 'exec /bin/sleep 0.3\n');
    const remote = join(rig.home, 'remote');
    mkdirSync(remote);
    const plugin = { plugin: 'nx-ml', options: { workspaceId: 'shop', remote } };
    rig.write({
      'nx.json': JSON.stringify({ plugins: [plugin], neverConnectToCloud: true }),
      ...gatedWorkspace,
    });
    // As the guide writes numbers, which Nx reads as such.
    const options = ['--machines=2', '--node=24', '--python=3.12', '--no-interactive'];
    for (const provider of ['bitbucket', 'generic'])
      expect(await rig.nx(['generate', 'nx-ml:ci', provider, ...options])).toMatchObject({ code: 0 });
    rig.commitAll('start');
    variables = machines.variables();
  });
  afterAll(() => rig.dispose());

  /** A store of its own for each machine, as containers have. */
  const envOf = (folder: string, own: Readonly<Record<string, string>> = {}) => ({
    ...variables,
    NX_ML_STORE: join(folder, '.nx-ml/store'),
    ...own,
  });
  const onBranch = (folder: string): Promise<BitbucketRun> =>
    runBitbucket(rig.read('bitbucket-pipelines.yml'), ({ branches }) => branches['main'], {
      folder,
      env: envOf(folder, { BITBUCKET_BRANCH: 'main', BITBUCKET_COMMIT: headOf('main') }),
    });
  const onPullRequest = (folder: string): Promise<BitbucketRun> =>
    runBitbucket(rig.read('bitbucket-pipelines.yml'), (pipelines) => pipelines['pull-requests']['**'], {
      folder,
      env: envOf(folder, {
        ...{ BITBUCKET_BRANCH: 'change', BITBUCKET_COMMIT: headOf('change').slice(0, 12) },
        ...{ BITBUCKET_PR_ID: '7', BITBUCKET_PR_DESTINATION_BRANCH: 'main' },
      }),
    });
  const generic = (folder: string, ...args: readonly string[]) =>
    startCommand('bash', ['ci/nx-ml.sh', ...args], { cwd: folder, env: envOf(folder) }).ended;
  const headOf = (branch: string) => rig.git('rev-parse', branch).trim();
  const accepted = (): number =>
    readdirSync(join(rig.home, 'remote/journals/registry'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.json'),
    ).length;
  const change = (right: number): void => {
    rig.edit('models/mail/ml.yaml', (text) => text.replace(/right: \d+/, `right: ${String(right)}`));
    rig.commitAll(`Right on ${String(right)}`);
  };
  const onChange = (edit: () => void): void => {
    rig.git('checkout', '--quiet', '-B', 'change');
    edit();
    rig.git('checkout', '--quiet', 'main');
  };

  it('accepts on the branch of Bitbucket what passed, and leaves a report of it', async () => {
    const folder = machines.fresh();
    const { code, log } = await onBranch(folder);
    expect([code, log]).toEqual([0, expect.stringMatching(/PASS {2}mail/)]);
    expect(rig.takeTrace(folder)).toEqual(['evaluate', 'train']);
    expect(accepted()).toBe(1);
    expect(readFileSync(join(folder, '.nx-ml/report.html'), 'utf8')).toContain('Models: 1 new');
    expect(readFileSync(join(folder, 'test-results/nx-ml.xml'), 'utf8')).toMatch(/tests="3" failures="0"/);
    // The remote has it all: the next machine trains nothing.
    const next = machines.fresh();
    expect(await onBranch(next)).toMatchObject({ code: 0 });
    expect(existsSync(join(next, '.trace'))).toBe(false);
  });

  it('judges on a pull request of Bitbucket what it changes, and accepts nothing', async () => {
    onChange(() => {
      change(1540);
    });
    const folder = machines.fresh('change');
    const { code, log } = await onPullRequest(folder);
    expect([code, log]).toEqual([1, expect.stringMatching(/FAIL {2}mail/)]);
    expect(rig.takeTrace(folder)).toEqual(['evaluate', 'train']);
    expect(readFileSync(join(folder, 'test-results/nx-ml.xml'), 'utf8')).toContain('<failure');
    expect(accepted()).toBe(1);
  });

  it('ends a training of Bitbucket for a newer push, and judges nothing', async () => {
    onChange(() => {
      change(1700);
      const waits = 'await new Promise((resolve) => setTimeout(resolve, 500_000));\n';
      rig.edit('models/mail/train.mjs', (text) => `${text}${waits}`);
      rig.commitAll('Slow');
    });
    const folder = machines.fresh('change');
    const run = onPullRequest(folder);
    const trace = join(folder, '.trace');
    while (!existsSync(trace)) await new Promise((resolve) => setTimeout(resolve, 50));
    onChange(() => {
      change(1800);
    });
    const { code, log } = await run;
    expect([code, log]).toEqual([1, expect.stringContaining('change has a newer commit')]);
    expect(rig.takeTrace(folder)).toEqual(['train']);
    expect(existsSync(join(folder, '.nx-ml/manifests/mail/train.manifest.json'))).toBe(false);
  });

  it('does the same with the script for any CI', async () => {
    onChange(() => {
      change(1900);
      rig.git('checkout', '--quiet', 'main', '--', 'models/mail/train.mjs');
      rig.commitAll('Quick');
    });
    const request = machines.fresh('change');
    const tried = await generic(request, 'pull-request', 'origin/main');
    expect([tried.code, tried.output]).toEqual([0, expect.stringMatching(/PASS {2}mail/)]);
    expect(readFileSync(join(request, '.nx-ml/report.html'), 'utf8')).toContain('Models: 1 changed');
    expect([rig.takeTrace(request), accepted()]).toEqual([['evaluate', 'train'], 1]);
    rig.merge('change');
    const branch = await generic(machines.fresh(), 'branch');
    expect([branch.code, accepted()]).toEqual([0, 2]);
    expect((await generic(machines.fresh(), 'deploy')).code).toBe(2);
  });
});
