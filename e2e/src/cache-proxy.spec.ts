import { statSync } from 'node:fs';
import { join } from 'node:path';

import { scriptedModel, startCommand, taskStates, WorkspaceRig } from '@nx-ml/testing';
import type { CommandResult } from '@nx-ml/testing';

import { forgetAll } from './cache-proxy/forget-all.js';
import { gets, poison, usual } from './cache-proxy/hostile-behaviours.js';
import { evaluateBeta, hostileJourney } from './cache-proxy/hostile-journey.js';
import { archive, Upstream } from './cache-proxy/upstream.js';
import { nx24 } from './versions/version-journey.js';

hostileJourney('nx 23', { quick: true }, usual);

describe('Nx before a remote cache', () => {
  let rig: WorkspaceRig;
  let upstream: Upstream;
  let rate = 1;

  beforeAll(async () => {
    upstream = await Upstream.start();
    rig = await WorkspaceRig.create({ quick: true });
    rig.write({
      ...scriptedModel({ name: 'beta', yaml: ['params: params.yaml'] }),
      'models/beta/params.yaml': 'rate: 0\n',
    });
    rig.commitAll('start');
  });

  afterAll(async () => {
    await rig.dispose();
    await upstream.stop();
  });

  /** As a fresh clone that has something new to train: neither cache on this machine knows it. */
  const somethingNew = (): void => {
    rate += 1;
    rig.write({ 'models/beta/params.yaml': `rate: ${String(rate)}\n` });
    rig.takeTrace();
  };

  const behind = (args: readonly string[] = [], address = upstream.address): Promise<CommandResult> =>
    rig.cli(
      [
        'cache-proxy',
        '--upstream',
        address,
        '--timeout',
        '1',
        '--drain',
        '20',
        ...args,
        '--',
        'nx',
        ...evaluateBeta,
      ],
      {
        env: { NX_ML_TOKEN: 'nxml_token' },
      },
    );

  /** As Nx is without the proxy. */
  const alone = (): Promise<CommandResult> =>
    rig.nx(evaluateBeta, {
      env: {
        NX_SELF_HOSTED_REMOTE_CACHE_SERVER: upstream.address,
        NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'nxml_token',
      },
    });

  it('gives a fresh clone all results of an honest server', async () => {
    upstream.behaviour = undefined;
    somethingNew();
    const first = await behind();
    expect([first.code, first.output]).toEqual([0, expect.stringMatching(/2 entries sent/)]);
    expect(rig.takeTrace()).toEqual(['beta:evaluate:1', 'beta:train:1']);
    const manifest = rig.read('.nx-ml/manifests/beta/evaluate.manifest.json');
    forgetAll(rig);
    const second = await behind(['--json']);
    expect(taskStates(second.output)).toEqual({ 'beta:train': 'hit', 'beta:evaluate': 'hit' });
    expect(JSON.parse(second.output.trim().split('\n').at(-1) ?? '')).toMatchObject({
      reads: { hits: 2 },
      troubles: [],
    });
    expect(rig.takeTrace()).toEqual([]);
    expect(rig.read('.nx-ml/manifests/beta/evaluate.manifest.json')).toBe(manifest);
  });

  it('finishes all training when nobody listens, and sends later what waited', async () => {
    upstream.behaviour = undefined;
    somethingNew();
    const gone = await Upstream.start();
    const { address } = gone;
    await gone.stop();
    const { code, output } = await behind([], address);
    expect([code, output]).toEqual([0, expect.stringMatching(/2 kept for the next start[^]*nobody listens/)]);
    expect(rig.takeTrace()).toHaveLength(2);
  });

  it('gives the exit code of the command, and a failed task stays failed', async () => {
    upstream.behaviour = undefined;
    somethingNew();
    rig.edit('models/beta/train.mjs', (text) => `process.exit(3);\n${text}`);
    const { code, output } = await behind();
    expect(output).toContain('ERR_ML_COMMAND_FAILED');
    // On 23.2.1 that of a batch is 130.
    expect(code).toBe((await rig.nx(evaluateBeta)).code);
    expect(code).not.toBe(0);
    rig.git('checkout', '--quiet', '--', 'models/beta/train.mjs');
  });

  it('serves beside commands too, to whoever has read its file', async () => {
    upstream.behaviour = undefined;
    somethingNew();
    const main = join(rig.root, 'node_modules/nx-ml/dist/cli/main.js');
    const args = ['cache-proxy', '--upstream', upstream.address, '--ready-file', 'proxy.env', '--print-env'];
    const env = rig.environment({ NX_ML_TOKEN: 'nxml_token', NO_PROXY: 'a.example.org' });
    const proxy = startCommand(process.execPath, [main, ...args], { cwd: rig.root, env });
    while (!rig.exists('proxy.env')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(statSync(join(rig.root, 'proxy.env')).mode & 0o777).toBe(0o600);
    const lines = rig.read('proxy.env').trim().split('\n');
    expect(lines).toContain('NO_PROXY=a.example.org,127.0.0.1');
    expect(proxy.output()).toContain(lines[0]);
    const told = Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
    expect((await rig.nx(evaluateBeta, { env: told })).code).toBe(0);
    proxy.child.kill('SIGTERM');
    const { code, output } = await proxy.ended;
    expect([code, output]).toEqual([0, expect.stringMatching(/2 entries sent/)]);
    rig.remove('proxy.env');
  });

  // What the guide's table says of Nx by itself.
  it('without the proxy: 500 to a question ends the run before anything trains', async () => {
    upstream.behaviour = gets(({ response }) => response.writeHead(500).end())(upstream);
    somethingNew();
    expect((await alone()).code).toBe(1);
    expect(rig.takeTrace()).toEqual([]);
  });

  it('without the proxy: 500 to an entry makes a finished training a failed one', async () => {
    upstream.behaviour = (asked) => {
      if (asked.request.method === 'GET') upstream.honest(asked);
      else asked.response.writeHead(500).end();
    };
    somethingNew();
    expect((await alone()).code).not.toBe(0);
    expect(rig.takeTrace()).toContain('beta:train:1');
  });

  it('without the proxy: a poisoned entry is restored', async () => {
    upstream.behaviour = gets(({ response }) => response.end(archive(poison)))(upstream);
    somethingNew();
    const { output } = await alone();
    expect(taskStates(output)['beta:train']).toBe('hit');
    expect(rig.takeTrace()).not.toContain('beta:train:1');
  });
});

it('finishes all training on nx 24 too, and gives a fresh clone its results', async () => {
  const upstream = await Upstream.start();
  const rig = await WorkspaceRig.create(nx24);
  try {
    rig.write(scriptedModel({ name: 'beta', yaml: [] }));
    rig.commitAll('start');
    const run = () =>
      rig.cli(['cache-proxy', '--upstream', upstream.address, '--', 'nx', ...evaluateBeta], {
        env: { NX_ML_TOKEN: 'nxml_token' },
      });
    upstream.behaviour = ({ request, response, hash }) => {
      const body = archive(poison);
      if (request.method === 'PUT') response.writeHead(500).end();
      else
        response.writeHead(200, { 'x-nx-ml-seal': upstream.seal(`${hash}0` as typeof hash, body) }).end(body);
    };
    const hostileRun = await run();
    expect([hostileRun.code, hostileRun.output]).toEqual([0, expect.stringMatching(/was stored for/)]);
    expect(taskStates(hostileRun.output)).toEqual({ 'beta:train': 'executed', 'beta:evaluate': 'executed' });
    upstream.behaviour = undefined;
    // What waited is sent; then it is all there.
    rig.forgetNx();
    expect((await run()).output).toMatch(/2 (entries sent|kept)/);
    rig.forgetNx();
    expect(taskStates((await run()).output)).toEqual({ 'beta:train': 'hit', 'beta:evaluate': 'hit' });
  } finally {
    await rig.dispose();
    await upstream.stop();
  }
});
