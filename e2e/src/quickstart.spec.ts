import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { firstDigitReader, newVersions, WorkspaceRig } from '@nx-ml/testing';
import type { Edit, TaskState } from '@nx-ml/testing';

const evaluate = ['run-many', '-t', 'evaluate'];
const models = ['digit-reader', 'penguin-mass', 'penguin-species', 'spam-filter'];
const penguins = ['penguin-mass', 'penguin-species'];

type States = Readonly<Record<string, TaskState>>;

const trained = (states: States, state: TaskState = 'executed') =>
  models.filter((name) => states[`${name}:train`] === state);

describe('the quickstart, on real data', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ from: join(__dirname, '../../examples/quickstart'), quick: true });
    rig.commitAll('start');
    expect(trained(await rig.tasks(evaluate))).toEqual(models);
  });

  afterAll(() => rig.dispose());

  afterEach(() => {
    rig.git('reset', '--hard', '--quiet');
  });

  it('reaches the figures that its README states', () => {
    const metric = (model: string, name: string) => {
      const manifest = JSON.parse(rig.read(`.nx-ml/manifests/${model}/evaluate.manifest.json`)) as {
        readonly metrics: Readonly<Record<string, { readonly mean: number }>>;
      };
      return manifest.metrics[name]?.mean;
    };
    expect(metric('spam-filter', 'validation.accuracy')).toBeCloseTo(0.978, 2);
    expect(metric('penguin-species', 'validation.accuracy')).toBeGreaterThan(0.95);
    expect(metric('penguin-mass', 'validation.r2')).toBeGreaterThan(0.85);
    expect(metric('digit-reader', 'validation.accuracy')).toBeGreaterThan(0.92);
  });

  it('reports each evaluation as an output that Nx restores', async () => {
    const path = (model: string) => `.nx-ml/manifests/${model}/evaluate.report.json`;
    const reports = models.map((model) => rig.read(path(model)));
    const measured = reports.map((text) => {
      const { runs } = JSON.parse(text) as {
        readonly runs: readonly {
          readonly measures: readonly { readonly name: string; readonly value: number }[];
        }[];
      };
      return Object.fromEntries((runs[0]?.measures ?? []).map(({ name, value }) => [name, value]));
    });
    expect(measured[0]?.['f1.macro']).toBeGreaterThan(0.92);
    expect(measured[1]?.['r2']).toBeGreaterThan(0.85);
    expect(measured[2]?.['accuracy']).toBeGreaterThan(0.95);
    // What spam-filter writes as score is how sure it is of its answer, not of spam.
    expect(measured[3]?.['auc']).toBeGreaterThan(0.98);
    for (const model of models) rig.remove(path(model));
    expect(new Set(Object.values(await rig.tasks(evaluate)))).toEqual(new Set(['hit']));
    expect(models.map((model) => rig.read(path(model)))).toEqual(reports);
  });

  it('a second run trains nothing, and neither does an nx.json edit', async () => {
    expect(new Set(Object.values(await rig.tasks(evaluate)))).toEqual(new Set(['hit']));
    rig.edit('nx.json', (text) => text.replace('{', '{ "parallel": 2,'));
    expect(new Set(Object.values(await rig.tasks(evaluate)))).toEqual(new Set(['restored']));
  });

  it('a change in the shared feature library retrains the two penguin models and nothing else', async () => {
    rig.append('libs/penguin-features/index.mjs', '// a change\n');
    const states = await rig.tasks(evaluate);
    expect(trained(states)).toEqual(penguins);
    expect(trained(states, 'hit')).toEqual(['digit-reader', 'spam-filter']);
  });

  it('affected names the same two', async () => {
    rig.append('libs/penguin-features/index.mjs', '// another change\n');
    const { output } = await rig.nx([
      'show',
      'projects',
      '--affected',
      '--base=HEAD',
      '--with-target',
      'train',
    ]);
    expect(output.trim().split('\n').sort()).toEqual(penguins);
  });

  it('a corrected cell retrains the penguin models; a remark about it does not', async () => {
    rig.append('datasets/penguins/corrections.csv', '1,bodyMassG,3800,for the test\n');
    expect(trained(await rig.tasks(evaluate))).toEqual(penguins);
    rig.git('reset', '--hard', '--quiet');
    rig.append('datasets/penguins/corrections.csv', '# a remark\n');
    const states = await rig.tasks(evaluate);
    expect(states['penguins:data']).toBe('executed');
    expect(trained(states)).toEqual([]);
  });

  it('a lock file entry counts for the models that use the package, and for no other', async () => {
    const bump = (name: string) => {
      rig.edit('package-lock.json', (text) => {
        const lock = JSON.parse(text) as {
          packages: Record<string, { version: string; integrity?: string }>;
        };
        const entry = lock.packages[`node_modules/${name}`];
        if (entry === undefined) throw new Error(`${name} is not locked`);
        entry.integrity = `sha512-${Buffer.from(`${entry.version}, built again`).toString('base64')}`;
        return JSON.stringify(lock);
      });
    };
    bump('ml-matrix');
    expect(trained(await rig.tasks(evaluate))).toEqual(['penguin-mass']);
    rig.git('reset', '--hard', '--quiet');
    bump('yaml');
    expect(trained(await rig.tasks(evaluate))).toEqual([]);
  });

  it('its own tests run, the inferred ones and those of the libraries', async () => {
    const { code, output } = await rig.nx(['run-many', '-t', 'test', '--output-style=static']);
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    for (const name of ['penguins', 'spam-mails', ...models, 'metrics', 'splits'])
      expect(output).toContain(`> nx run ${name}:test`);
  });

  it('nx graph draws every edge, those of the picture in the README and no other', async () => {
    await rig.nx(['graph', '--file=graph.json']);
    const { graph } = JSON.parse(readFileSync(join(rig.root, 'graph.json'), 'utf8')) as {
      readonly graph: {
        readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
      };
    };
    const edges = Object.entries(graph.dependencies).map(([name, targets]) => [
      name,
      targets.map(({ target }) => target).sort(),
    ]);
    const picture = join(__dirname, '../../docs/pictures/graph.json');
    expect(Object.fromEntries(edges)).toEqual(JSON.parse(readFileSync(picture, 'utf8')));
    expect(edges).toContainEqual([
      'penguin-mass',
      expect.arrayContaining(['penguins', 'penguin-features']) as unknown,
    ]);
    rig.remove('graph.json');
  });

  it('each model is packaged as a process that answers its example', async () => {
    const { code, output } = await rig.nx(['run-many', '-t', 'package', '--excludeTaskDependencies']);
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    const answers: Record<string, unknown> = {};
    for (const model of models) answers[model] = await answerOf(model);
    expect(answers).toMatchObject({
      'digit-reader': [{ name: 'probabilities', shape: [1, 10] }],
      'penguin-mass': [{ name: 'bodyMassG', shape: [1] }],
      'penguin-species': [{ name: 'species', data: ['Gentoo'] }, { name: 'probability' }],
      'spam-filter': [{ name: 'label', data: ['ham'] }, { name: 'score' }],
    });
  });

  /** Starts what the bundle holds, below the packages of the workspace, and asks its example. */
  async function answerOf(model: string): Promise<unknown> {
    const folder = join(rig.root, '.served', model);
    const { code, output } = await rig.cli(['package', 'export', model, folder, '--to', 'huggingface']);
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    const port = await freePort();
    const document = join(rig.root, '.served', `${model}.json`);
    writeFileSync(document, JSON.stringify({ formatVersion: 1, name: model, model: folder, port }));
    const cwd = join(folder, 'code/models', model);
    const server = spawn('node', ['serve.mjs'], { cwd, env: { ...process.env, ML_SERVE: document } });
    try {
      const url = `http://127.0.0.1:${String(port)}/v2`;
      await ready(`${url}/health/ready`);
      const body = readFileSync(join(folder, 'example.json'));
      const response = await fetch(`${url}/models/${model}/infer`, { method: 'POST', body });
      return ((await response.json()) as { readonly outputs: unknown }).outputs;
    } finally {
      server.kill();
      rig.remove('.served');
    }
  }

  it('its gates have every answer there is, to a new version of each model', async () => {
    const apply = ({ file, from, to }: Edit) => {
      rig.edit(file, (text) => text.replace(from, to));
    };
    apply(firstDigitReader);
    await rig.tasks(['run-many', '-t', 'gate']);
    for (const model of models)
      expect((await rig.cli(['gate', 'accept', model])).output).toContain('is accepted');
    newVersions.forEach(apply);
    await rig.tasks(evaluate);
    const { code, output } = await rig.cli(['gate', 'run']);
    expect(code).toBe(4);
    for (const { answer } of newVersions) expect(output).toContain(answer);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Answers when the server does; a process that never does fails the spec by its time-out. */
async function ready(url: string): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // It is not up yet.
    }
    await sleep(50);
  }
}
