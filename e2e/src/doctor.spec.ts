import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { scriptedWorkspace, WorkspaceRig } from '@nx-ml/testing';

interface Told {
  readonly grade: string;
  readonly check: string;
  readonly about: string;
  readonly says: string;
  readonly mend?: string;
}

describe('nx-ml doctor', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
    rig.write({
      ...scriptedWorkspace(),
      'nx.json': JSON.stringify({
        plugins: [{ plugin: 'nx-ml', options: { workspaceId: 'rig' } }],
        neverConnectToCloud: true,
      }),
    });
    rig.commitAll('start');
  });

  afterAll(() => rig.dispose());

  afterEach(() => {
    rig.git('reset', '--hard', '--quiet');
    rig.git('clean', '-fdq');
  });

  /** What is not well, by check; the exit code has to fit it. */
  async function complaints(env: Readonly<Record<string, string>> = {}): Promise<Record<string, Told>> {
    const { code, output } = await rig.cli(['doctor', '--json'], { env });
    const { findings } = JSON.parse(output) as { readonly findings: readonly Told[] };
    const complained = findings.filter(({ grade }) => grade !== 'ok');
    expect(code).toBe(complained.some(({ grade }) => grade === 'problem') ? 1 : 0);
    return Object.fromEntries(complained.map((each) => [each.check, each]));
  }

  it('a healthy workspace is all well, before and after it ran, and nothing is made', async () => {
    const before = readdirSync(rig.root).sort();
    const first = await rig.cli(['doctor']);
    expect(first.output).toMatch(/^All well\.\n\nGit\n {2}ok /);
    expect(first.code).toBe(0);
    expect(readdirSync(rig.root).sort()).toEqual(before);
    expect(readdirSync(rig.home)).not.toContain('.cache');
    await rig.tasks(['run-many', '-t', 'evaluate']);
    expect(await complaints()).toEqual({});
  });

  it('what is wrong with the repository, Nx and the cache', async () => {
    rig.edit('nx.json', () => JSON.stringify({ cacheDirectory: 'nx.json' }));
    rig.edit('.gitignore', () => 'node_modules\n.nx\n.trace\n');
    rig.write({
      'node_modules/@nx/s3-cache/package.json': '{ "version": "5.0.0" }',
      'models/typo/ml.yaml': 'kind: model\ntrian:\n  command: x\n',
    });
    try {
      expect(await complaints()).toMatchObject({
        'git-derived-files': { grade: 'warning', about: '.nx-ml', mend: 'echo .nx-ml >> .gitignore' },
        'nx-plugin': { grade: 'problem', mend: 'npx nx g nx-ml:init' },
        'cache-folder': { grade: 'problem', says: expect.stringContaining('is no folder') as string },
        'cache-remote': { grade: 'problem', says: expect.stringMatching(/^@nx\/s3-cache: /) as string },
        'data-unreadable': { grade: 'problem', about: 'models/typo/ml.yaml:2:1' },
      });
    } finally {
      rig.remove('node_modules/@nx/s3-cache');
    }
  });

  it('data that git ignores and should not, and the other way round', async () => {
    rig.write({
      'datasets/hidden/ml.yaml': 'kind: dataset\nfiles: [a.txt]\n',
      'datasets/raw/secret.bin': '1',
      'datasets/raw/open.bin': '1',
    });
    await rig.cli(['data', 'add', 'datasets/raw/secret.bin', 'datasets/raw/open.bin']);
    rig.edit('.gitignore', (text) => `${text}*.csv\nhidden/\nsecret.*\n`);
    rig.remove('datasets/raw/.gitignore');
    rig.write({ 'datasets/raw/big.txt': 'x'.repeat(6_000_000) });
    rig.git('add', 'datasets/raw/big.txt');
    expect(await complaints()).toMatchObject({
      'data-ignored-files': {
        about: 'datasets/raw/rows.csv',
        says: expect.stringContaining('*.csv') as string,
      },
      'data-ignored-config': {
        about: 'datasets/hidden/ml.yaml',
        mend: expect.stringContaining('hidden/') as string,
      },
      'data-ignored-pointer': { about: 'datasets/raw/secret.bin.ref.json' },
      'data-exposed': { about: 'datasets/raw/open.bin', mend: 'echo /open.bin >> datasets/raw/.gitignore' },
      'data-large-file': { grade: 'note', about: 'datasets/raw/big.txt' },
    });
  });

  it('Python: which packages a model lacks, which Python has them, and what it can do without', async () => {
    const python = (name: string, lacks: readonly string[]) => {
      mkdirSync(join(rig.home, name), { recursive: true });
      const answer = {
        version: `3.99.${name}`,
        prefix: name,
        lacks,
        implementation: 'cpython',
        modules: {},
        dists: {},
      };
      writeFileSync(join(rig.home, name, 'python3'), `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
      chmodSync(join(rig.home, name, 'python3'), 0o755);
      return join(rig.home, name);
    };
    rig.write({
      'models/snake/ml.yaml': 'kind: model\ntrain: { command: python train.py }\n',
      'models/snake/train.py':
        'import absent_one\ntry:\n    import absent_two\nexcept ImportError:\n    pass\n',
    });
    const PATH = `${python('1', ['absent_one', 'absent_two'])}:${python('2', ['absent_two'])}:${process.env['PATH'] ?? ''}`;
    expect(await complaints({ PATH })).toMatchObject({
      'python-packages': {
        grade: 'problem',
        says: expect.stringMatching(/^python3 does not have absent_one \(snake\); /) as string,
        mend: `export NX_ML_PYTHON=${join(rig.home, '2', 'python3')}`,
      },
      'python-optional-packages': { grade: 'note', says: expect.stringContaining('absent_two') as string },
    });
    expect(await complaints({ NX_ML_PYTHON: '/nowhere/python' })).toMatchObject({
      python: { grade: 'problem', says: expect.stringContaining('snake needs it') as string },
    });
  });

  it('the store, and the cache folder of a machine', async () => {
    const store = join(rig.home, 'other-store');
    mkdirSync(join(store, 'objects'), { recursive: true });
    writeFileSync(join(store, 'format.json'), '{"formatVersion":99,"kind":"nx-ml-store"}');
    const env = { NX_ML_STORE: store, NX_CACHE_DIRECTORY: join(rig.home, 'cache') };
    expect(await complaints(env)).toMatchObject({
      store: { grade: 'problem', says: expect.stringContaining('format 99') as string },
      'cache-moved': { mend: expect.stringContaining('npx nx reset') as string },
    });
    expect(await complaints({ CI: 'true' })).toMatchObject({ 'cache-ci': { grade: 'note' } });
  });

  it('a folder that is no git repository', async () => {
    const env = { GIT_DIR: join(rig.home, 'nowhere') };
    const { code, output } = await rig.cli(['doctor'], { env });
    expect(code).toBe(1);
    expect(output).toMatch(/^1 thing to mend: 1 problem\.\n[^]*→ git init\n/);
  });
});
