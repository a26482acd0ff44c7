import { generateCi } from './generator.js';
import { isAsWritten, marked } from './marked-file.js';
import { ciGenerator, providers } from './options.js';
import type { CiOptions } from './options.js';
import { generated, parsedYaml, workspaceTree } from './testing/generated.js';

const options = (given: Readonly<Record<string, unknown>>): CiOptions => ciGenerator.options.parse(given);

describe('the ci generator', () => {
  it.each(providers)('changes nothing when it runs again: %s', async (provider) => {
    const { tree, path, text } = await generated(provider, 'bucket');
    await generateCi(tree, options({ provider }));
    expect(tree.read(path, 'utf8')).toBe(text);
  });

  it.each(providers)('brings a file of its own up to date, formatted or not: %s', async (provider) => {
    const { tree, path, text } = await generated(provider, 'bucket');
    tree.write(path, text.replaceAll("'", '"').replace(/\n\n/g, '\n'));
    await generateCi(tree, options({ provider, branch: 'trunk' }));
    expect(tree.read(path, 'utf8')).toContain('trunk');
    expect(tree.read(path, 'utf8')).not.toContain('main');
  });

  it.each([
    ['was edited', (text: string) => text.replace('npm ci', 'npm ci --foreground-scripts')],
    ['was not written by this', () => 'name: mine\n'],
  ])('refuses to replace a file that %s, but for --force', async (reason, edit) => {
    const { tree, path, text } = await generated('github', 'plain');
    tree.write(path, edit(text));
    const before = tree.read(path, 'utf8');
    await expect(generateCi(tree, options({ provider: 'github' }))).rejects.toMatchObject({
      code: 'ERR_ML_FILE_EDITED',
      message: expect.stringContaining(reason) as string,
    });
    expect(tree.read(path, 'utf8')).toBe(before);
    await generateCi(tree, options({ provider: 'github', force: true }));
    expect(tree.read(path, 'utf8')).toBe(text);
  });

  it('writes a job for what there is, and no other', async () => {
    const jobs = async (name: 'plain' | 'server') =>
      Object.keys(parsedYaml((await generated('github', name)).text)['jobs'] as object);
    const always = ['plan', 'train', 'report', 'accept', 'package', 'promote'];
    expect(await jobs('plain')).toEqual(always);
    const deploying = ['deploy-staging_eu', 'deploy-nomad', 'deploy-production', 'deploy'];
    expect(await jobs('server')).toEqual([...always, ...deploying, 'monitor']);
  });

  it('deploys to what a machine of a CI can reach, or what is asked for, in that order', async () => {
    const names = async (options: object) =>
      [...(await generated('gitlab', 'server', { ...options })).text.matchAll(/^deploy-(.*):$/gm)].map(
        ([, name]) => name,
      );
    expect(await names({})).toEqual(['staging.eu', 'nomad', 'production']);
    expect(await names({ environments: 'production,local' })).toEqual(['production', 'local']);
  });

  it.each(providers)('shows a deployment the variables that its targets read: %s', async (provider) => {
    const { text } = await generated(provider, 'server');
    expect(text).toContain('--environments "staging.eu,nomad,production"');
    expect(text).toContain('"$service:deploy" --env=staging.eu');
    expect(text.match(/KUBECONFIG="\$\(mktemp\)"/g)).toHaveLength(1);
    if (provider !== 'github') return;
    const { jobs } = parsedYaml(text) as { readonly jobs: Readonly<Record<string, object>> };
    for (const [job, environment, secrets] of [
      ['deploy-staging_eu', 'staging.eu', ['MAIL_TOKEN']],
      ['deploy-nomad', 'nomad', ['NOMAD_ADDR', 'NOMAD_TOKEN']],
      ['deploy-production', 'production', ['KUBE_CONFIG']],
    ] as const) {
      expect(jobs[job]).toMatchObject({ environment });
      const told = JSON.stringify(jobs[job]).match(/secrets\.\w+/g) ?? [];
      expect(new Set(told)).toEqual(new Set(secrets.map((secret) => `secrets.${secret}`)));
    }
  });

  it('shows the key that signs to the job that packages, and to no other', async () => {
    const jobs = parsedYaml((await generated('github', 'server')).text)['jobs'] as object;
    const knowing = Object.entries(jobs).filter(([, job]) =>
      JSON.stringify(job).includes('secrets.NX_ML_SIGNING_KEY'),
    );
    expect(knowing.map(([name]) => name)).toEqual(['package']);
    expect(knowing[0]?.[1]).toMatchObject({ environment: 'models' });
  });

  it('monitors on a schedule where there is something to monitor, and trains nothing then', async () => {
    const has = async (name: 'plain' | 'server') =>
      Promise.all(
        providers.map(async (provider) => (await generated(provider, name)).text.includes('monitor')),
      );
    expect([await has('plain'), await has('server')]).toEqual([
      [false, false, false, false],
      [true, true, true, true],
    ]);
    const github = parsedYaml((await generated('github', 'server')).text);
    expect(github).toMatchObject({
      on: { schedule: [{ cron: expect.any(String) as string }] },
      jobs: {
        plan: { if: "github.event_name != 'schedule'" },
        train: { needs: 'plan' },
        monitor: { if: "github.event_name == 'schedule'" },
      },
    });
    const gitlab = parsedYaml((await generated('gitlab', 'server')).text);
    const scheduled = '$CI_PIPELINE_SOURCE == "schedule"';
    expect(gitlab).toMatchObject({ monitor: { rules: [{ if: scheduled }] } });
    expect(gitlab['workflow']).toMatchObject({
      rules: expect.arrayContaining([{ if: scheduled }]) as object[],
    });
    for (const job of ['plan', '.train', 'report'])
      expect(gitlab[job]).toMatchObject({ rules: [{ if: '$CI_PIPELINE_SOURCE != "schedule"' }] });
    for (const job of ['accept', 'package', 'promote', 'deploy-production', 'deploy'])
      expect(JSON.stringify(gitlab[job])).toContain('$CI_PIPELINE_SOURCE == \\"push\\"');
    const bitbucket = parsedYaml((await generated('bitbucket', 'server')).text);
    expect(Object.keys((bitbucket['pipelines'] as { readonly custom: object }).custom)).toEqual(['monitor']);
  });

  it('deals out to machines only where they can hand on models', async () => {
    expect((await generated('github', 'plain')).text).toContain('--count 1 ');
    expect((await generated('github', 'bucket')).text).toContain('--count 4 ');
    expect((await generated('gitlab', 'plain')).text).not.toContain('parallel:');
    expect((await generated('gitlab', 'server', { machines: 7 })).text).toContain('parallel: 7');
  });

  it.each([
    ['pnpm-lock.yaml', '', 'pnpm install --frozen-lockfile', 'pnpm exec nx-ml'],
    ['yarn.lock', '# yarn lockfile v1\n', 'yarn install --frozen-lockfile', 'yarn run nx-ml'],
    ['yarn.lock', '__metadata:\n', 'yarn install --immutable', 'yarn run nx-ml'],
    ['bun.lock', '', 'bun install --frozen-lockfile', 'bun x nx-ml'],
    ['package-lock.json', '', 'npm ci', 'npx nx-ml'],
  ])('speaks to the package manager of %s', async (file, content, install, exec) => {
    for (const provider of providers) {
      const tree = workspaceTree('plain');
      tree.write(file, content);
      await generateCi(tree, options({ provider }));
      const [change] = tree
        .listChanges()
        .filter(({ path }) => /nx-ml\.(yml|sh)|gitlab-ci|pipelines/.test(path));
      const text = change?.content?.toString() ?? '';
      expect([provider, text.includes(install), text.includes(`${exec} `)]).toEqual([provider, true, true]);
    }
  });

  it.each([
    { branch: 'main]; x' },
    { branch: '-b' },
    { branch: '$(id)' },
    { gpuRunner: 'a b' },
    { runner: '${{ x }}' },
    { cacheServer: 'https://x/ && id' },
    { environments: 'a b' },
    { environments: 'a,$(id)' },
    { machines: 0 },
    { machines: 2.5 },
    { node: 22.1 },
    { python: 3.1 },
    { python: '3.12 && id' },
    { memoryFrom: 'much' },
  ])('takes nothing that would mean more in a file which a machine obeys: %j', (given) => {
    expect(ciGenerator.options.safeParse({ provider: 'github', ...given }).success).toBe(false);
  });
});

describe('marked', () => {
  it('keeps the line that names an interpreter first', () => {
    expect(marked('#!/bin/sh\nx\n').split('\n')[0]).toBe('#!/bin/sh');
    expect([isAsWritten(marked('#!/bin/sh\nx\n')), isAsWritten(marked('a: 1\n'))]).toEqual([true, true]);
    expect([isAsWritten(marked('a: 1\n').replace('1', '2')), isAsWritten('a: 1\n')]).toEqual([false, false]);
  });
});
