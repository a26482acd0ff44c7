import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { gatedWorkspace, packagedWorkspace, WorkspaceRig } from '@nx-ml/testing';

import { GithubRunner } from './ci/github-runner.js';
import type { JobRun } from './ci/github-runner.js';
import { GitlabRunner } from './ci/gitlab-runner.js';
import { Machines } from './ci/machines.js';
import { PullRequest } from './ci/pull-request.js';
import { adminToken, ScriptedGateway } from './deploy/scripted-gateway.js';

type Jobs = Readonly<Record<string, JobRun>>;

/** Milliseconds: each machine starts Nx a few times. */
jest.setTimeout(600_000);

describe('Generated CI, its steps run for real', () => {
  let rig: WorkspaceRig;
  let machines: Machines;
  let runs = 0;
  let first: { readonly jobs: Jobs; readonly artifacts: string; readonly served: string };
  const forge = new PullRequest();
  const gateway = new ScriptedGateway();
  const signing = generateKeyPairSync('ed25519');
  const { x = '' } = signing.publicKey.export({ format: 'jwk' });
  const vars = { NX_ML_TRUSTED_KEYS: `ed25519:${Buffer.from(x, 'base64url').toString('base64')}` };
  const pem = signing.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const secrets = { NX_ML_SIGNING_KEY: pem, MAIL_API_TOKEN: adminToken };
  let variables: Record<string, string>;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    machines = new Machines(rig);
    const remote = join(rig.home, 'remote');
    mkdirSync(remote);
    const plugin = { plugin: 'nx-ml', options: { workspaceId: 'shop', remote } };
    const ham = Object.entries(gatedWorkspace).map(([path, text]) => [path.replace('mail', 'ham'), text]);
    rig.write({
      'nx.json': JSON.stringify({ plugins: [plugin], neverConnectToCloud: true }),
      ...packagedWorkspace,
      ...(Object.fromEntries(ham) as Record<string, string>),
      'services/mail-api/ml.yaml': `kind: service
models: { spam: mail }
deploy:
  environments:
    - { name: production, target: { gateway: '${await gateway.open()}', token: MAIL_API_TOKEN }, steps: [0.5] }
`,
    });
    // As the guide writes numbers, which Nx reads as such.
    const numbers = ['--machines=4', '--node=24', '--python=3.12'];
    // A gateway on this machine would be left out.
    const options = [...numbers, '--environments=production', '--no-interactive'];
    for (const provider of ['github', 'gitlab'])
      expect(await rig.nx(['generate', 'nx-ml:ci', provider, ...options])).toMatchObject({ code: 0 });
    rig.commitAll('start');
    variables = machines.variables();
    const event = join(rig.home, 'event.json');
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
    Object.assign(variables, {
      GITHUB_API_URL: await forge.start(),
      GITHUB_REPOSITORY: 'owner/name',
      GITHUB_EVENT_PATH: event,
    });
  });
  afterAll(() => {
    forge.stop();
    gateway.close();
    return rig.dispose();
  });

  const onMain = () => Promise.resolve(machines.fresh());
  const onPullRequest = () => Promise.resolve(machines.fresh('change'));

  const workflow = () => rig.read('.github/workflows/nx-ml.yml');
  const artifacts = (run: number) => join(rig.home, 'artifacts', String(run));
  const github = (
    github: Readonly<Record<string, unknown>>,
    machine: () => Promise<string>,
    readable: readonly string[],
  ): GithubRunner => {
    const run = ++runs;
    const own = { base_ref: '', repository: 'shop/shop', run_id: run, run_attempt: 1, token: 'ghs_secret' };
    return new GithubRunner({
      ...{ workflow: workflow(), machine, caches: join(rig.home, 'caches'), readable },
      ...{ artifacts: artifacts(run), env: { ...variables, GITHUB_RUN_ID: String(run) } },
      github: { ...own, ...github },
      ...(github['event_name'] === 'push' ? { secrets, vars } : { secrets: {}, vars: {} }),
    });
  };
  const push = () => github({ event_name: 'push', ref: 'refs/heads/main' }, onMain, ['nx-ml-branch']).run();
  const pullRequest = (repository = 'shop/shop') => {
    const event = { pull_request: { number: 7, head: { repo: { full_name: repository } } } };
    const readable = ['nx-ml-branch', 'nx-ml-7'];
    const ref = 'refs/pull/7/merge';
    return github({ event_name: 'pull_request', base_ref: 'main', ref, event }, onPullRequest, readable);
  };

  const traced = (jobs: Jobs) =>
    Object.values(jobs)
      .flatMap(({ folders }) => folders)
      .flatMap((folder) => rig.takeTrace(folder));
  const results = (jobs: Jobs) => Object.entries(jobs).map(([name, { result }]) => `${name} ${result}`);
  const later = ['package', 'promote', 'deploy-production'];
  const released = later.map((job) => `${job} success`);
  /** What is served is compared with the registry all the same. */
  const idle = ['package skipped', 'promote skipped', 'deploy-production success'];
  const unreleased = later.map((job) => `${job} skipped`);
  /** Entries of journals at the remote, by the names of their folders without the digests behind them. */
  const entries = (kind: 'registry' | 'gate' | 'runs') => {
    const files = readdirSync(join(rig.home, 'remote/journals', kind), { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.json'));
  };
  const acceptedModels = () =>
    entries('registry')
      .map((file) => /([a-z]+)\.[0-9a-f]+\/\d+\.json$/.exec(file)?.[1])
      .sort();
  const plan = (jobs: Jobs) =>
    JSON.parse(jobs['plan']?.outputs['shards'] ?? '') as { readonly projects: string; readonly base: string };

  it('trains all that was never accepted, on two machines, and accepts what passed', async () => {
    const jobs = await push();
    first = { jobs, artifacts: artifacts(runs), served: gateway.baseline ?? '' };
    expect(results(jobs)).toEqual([
      'plan success',
      'train success',
      'report success',
      'accept success',
      ...released,
    ]);
    expect(jobs['report']?.summary).toMatch(/^## Models: 2 new\n/);
    expect(jobs['train']?.folders).toHaveLength(2);
    expect(traced(jobs)).toEqual(['evaluate', 'train', 'evaluate', 'train']);
    // Of a model that is packaged there is the version beside the champion.
    expect(acceptedModels()).toEqual(['ham', 'mail', 'mail']);
    expect(jobs['package']?.log).not.toContain('PRIVATE KEY');
    expect([gateway.baseline, gateway.previous]).toEqual([expect.stringMatching(/^sha256:/), null]);
  });

  it('trains and judges on a pull request the one model that it changes, and accepts nothing', async () => {
    rig.git('checkout', '--quiet', '-b', 'change');
    rig.edit('models/mail/ml.yaml', (text) => text.replace('right: 1600', 'right: 1900'));
    rig.commitAll('A better model');
    rig.git('checkout', '--quiet', 'main');
    const known = entries('runs').length;
    const jobs = await pullRequest().run();
    expect(results(jobs)).toEqual([
      'plan success',
      'train success',
      'report success',
      'accept skipped',
      ...unreleased,
    ]);
    expect(forge.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^<!-- nx-ml report \w+ run 2 -->\n\n## Models: 1 changed\n/),
    ]);
    expect(readFileSync(join(artifacts(runs), 'report/report.html'), 'utf8')).toMatch(/<\/html>\n$/);
    expect(plan(jobs)).toMatchObject({ projects: 'mail', base: rig.git('rev-parse', 'main').trim() });
    expect(jobs['train']?.log).toMatch(/PASS {2}mail/);
    expect(jobs['train']?.log).toMatch(/mail:package {2}packaged/);
    expect(traced(jobs)).toEqual(['evaluate', 'train']);
    expect(acceptedModels()).toEqual(['ham', 'mail', 'mail']);
    // What it made is in the remote as little as in the cache that the branch reads.
    expect(entries('runs')).toHaveLength(known);
  });

  it('tells in the same comment what came of one machine where another was lost, and what is missing', async () => {
    const runner = pullRequest();
    const [told = ''] = readdirSync(first.artifacts).filter((name) => name.startsWith('nx-ml-report-'));
    cpSync(join(first.artifacts, told), join(artifacts(runs), told), { recursive: true });
    const { result, summary } = await runner.runAlone('report', first.jobs);
    expect([result, forge.comments]).toEqual(['success', [expect.anything()]]);
    for (const text of [summary, forge.comments[0]?.body ?? '']) {
      expect(text).toContain('## Models: 1 new, 1 not reported on');
      expect(text).toMatch(/\*\*Not reported on:\*\* `(ham|mail)`\./);
    }
  });

  it('lets a fork train, without the remote and without asking a test set', async () => {
    const asked = entries('gate').length;
    const comments = JSON.stringify(forge.comments);
    const jobs = await pullRequest('stranger/shop').run();
    expect(results(jobs)).toEqual([
      'plan success',
      'train success',
      'report success',
      'accept skipped',
      ...unreleased,
    ]);
    expect(jobs['report']?.summary).toContain('## Models: 1 ');
    expect(JSON.stringify(forge.comments)).toBe(comments);
    expect(jobs['train']?.log).not.toContain('mail:gate');
    expect(entries('gate')).toHaveLength(asked);
  });

  it('accepts it after the merge, and has nothing to do after the next push', async () => {
    rig.merge('change');
    const jobs = await push();
    expect(results(jobs)).toEqual([
      'plan success',
      'train success',
      'report success',
      'accept skipped',
      ...released,
    ]);
    expect(plan(jobs).projects).toBe('mail');
    expect(acceptedModels()).toEqual(['ham', 'mail', 'mail', 'mail', 'mail']);
    expect([gateway.previous, gateway.baseline]).toEqual([
      first.served,
      expect.not.stringContaining(first.served),
    ]);
    traced(jobs);
    rig.write({ 'README.md': 'Hello\n' });
    rig.commitAll('A word');
    const next = await push();
    expect(results(next)).toEqual([
      'plan success',
      'train skipped',
      'report skipped',
      'accept skipped',
      ...idle,
    ]);
    expect(plan(next)).toMatchObject({ projects: '', base: rig.git('rev-parse', 'main').trim() });
    expect(traced(next)).toEqual([]);
  });

  it('does the same on GitLab: a merge request trains what it changes, and a held model is not accepted', async () => {
    const before = acceptedModels();
    rig.edit('models/ham/ml.yaml', (text) => text.replace('right: 1600', 'right: 1540'));
    rig.commitAll('A worse model');
    const pipeline = () =>
      new GitlabRunner({ pipeline: rig.read('.gitlab-ci.yml'), machine: onMain, env: variables });
    const [parted = ''] = rig.git('rev-parse', 'HEAD~1').trim().split('\n');
    const request = pipeline();
    expect(await request.run('plan', { CI_MERGE_REQUEST_DIFF_BASE_SHA: parted })).toMatchObject({ code: 0 });
    const idle = await request.run('train', { CI_NODE_INDEX: '2' });
    expect([idle.code, idle.log]).toEqual([0, expect.stringContaining('Nothing is left for this machine.')]);
    const trained = await request.run('train', { CI_NODE_INDEX: '1', CI_PIPELINE_SOURCE: 'push' });
    expect([trained.code, trained.log]).toEqual([1, expect.stringMatching(/FAIL {2}ham/)]);
    expect(rig.takeTrace(trained.folder)).toEqual(['evaluate', 'train']);
    expect(existsSync(join(trained.folder, '.nx-ml/report.xml'))).toBe(true);
    const report = await request.run('report', { CI_MERGE_REQUEST_IID: '7' });
    expect([report.code, report.log]).toEqual([0, '']);
    const page = readFileSync(join(report.folder, '.nx-ml/report.html'), 'utf8');
    expect(page).toContain('Models: 1 changed');
    const accept = await request.run('accept');
    expect([accept.code, accept.log]).toEqual([0, expect.stringContaining('ham is held by its gate.')]);
    expect(existsSync(join(accept.folder, '.trace'))).toBe(false);
    const unchanged = await request.run('promote');
    expect([unchanged.code, unchanged.log]).toEqual([0, 'There is nothing to do.\n']);
    expect(acceptedModels()).toEqual(before);
  });
});
