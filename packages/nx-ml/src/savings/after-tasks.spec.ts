import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { keyPath, standingPath } from '@nx-ml/core/layout';
import { encodeKeyFile, runKeyOf } from '@nx-ml/core/provenance';
import type { RunKeyDocument } from '@nx-ml/core/provenance';
import { SavingsLedger } from '@nx-ml/core/usecases/savings';

import { postTasksExecution } from './after-tasks.js';

const document = (alpha: number): RunKeyDocument => ({
  formatVersion: 1,
  step: 'train',
  command: 'node train.mjs',
  seed: 1,
  params: { alpha },
  code: [],
  project: 'mail',
  inputs: {},
  environment: { platform: 'linux-x64', accelerator: 'none', interpreters: {}, packages: {}, env: {} },
});

describe('After Nx has run its tasks', () => {
  let root: string;
  const before = process.env['NX_ML_STORE'];

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  /** The workspace stands at the run with this parameter. */
  const stand = (project: string, alpha: number): void => {
    write(
      `models/${project}/ml.yaml`,
      'kind: model\nresources: { gpu: 2 }\ntrain: { command: node train.mjs }\n',
    );
    const run = { seed: 1, key: runKeyOf(document(alpha)), document: document(alpha) };
    write(
      keyPath({ project, step: 'train' }),
      Buffer.from(encodeKeyFile({ formatVersion: 1, project, step: 'train', runs: [run] })).toString('utf8'),
    );
  };
  const after = (statuses: Readonly<Record<string, string>>): Promise<void> =>
    postTasksExecution(undefined, {
      workspaceRoot: root,
      nxJsonConfiguration: { plugins: [{ plugin: 'nx-ml', options: { workspaceId: 'w' } }] },
      taskResults: Object.fromEntries(
        Object.entries(statuses).map(([id, status]) => {
          const [project = '', target = ''] = id.split(':');
          return [id, { status, task: { target: { project, target }, projectRoot: `models/${project}` } }];
        }),
      ),
    });
  const counted = async (): Promise<readonly string[]> => {
    const { journals } = await openFolderStore({ root: join(root, 'store') });
    const month = new Date().toISOString().slice(0, 7);
    const entries = await new SavingsLedger(journals, 'w').read(month);
    return entries.flatMap(({ by, spared }) =>
      spared.map(({ project, gpus }) => `${by} ${project} ${String(gpus)}`),
    );
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-savings-'));
    process.env['NX_ML_STORE'] = join(root, 'store');
  });
  afterEach(() => {
    if (before === undefined) delete process.env['NX_ML_STORE'];
    else process.env['NX_ML_STORE'] = before;
    rmSync(root, { recursive: true, force: true });
  });

  it('counts a hit where the workspace did not stand at it, and not again', async () => {
    stand('mail', 1);
    await after({ 'mail:train': 'remote-cache', 'mail:lint': 'local-cache' });
    await after({ 'mail:train': 'local-cache' });
    expect(await counted()).toEqual(['nx mail 2']);
    stand('mail', 2);
    await after({ 'mail:train': 'local-cache' });
    expect(await counted()).toEqual(['nx mail 2', 'nx mail 2']);
  });

  it('counts nothing that ran, that lay there or that failed', async () => {
    stand('mail', 1);
    await after({ 'mail:train': 'failure' });
    await after({ 'mail:train': 'success' });
    await after({ 'mail:train': 'local-cache' });
    await after({ 'mail:train': 'local-cache-kept-existing' });
    expect(await counted()).toEqual([]);
  });

  it('leaves no trace where none of our steps was among the tasks', async () => {
    await after({ 'mail:build': 'local-cache', 'mail:train': 'local-cache' });
    expect(() => readFileSync(join(root, standingPath))).toThrow('ENOENT');
  });

  it('goes on with what can be read', async () => {
    stand('mail', 1);
    stand('digits', 2);
    stand('other', 3);
    write(keyPath({ project: 'mail', step: 'train' }), '{"formatVersion":1}');
    rmSync(join(root, 'models/digits'), { recursive: true });
    write(standingPath, '{');
    await after({ 'mail:train': 'local-cache', 'digits:train': 'local-cache', 'other:train': 'local-cache' });
    expect(await counted()).toEqual(['nx other 2']);
  });

  it('never fails what is done', async () => {
    stand('mail', 1);
    write('store', 'no folder');
    await expect(after({ 'mail:train': 'local-cache' })).resolves.toBeUndefined();
  });
});
