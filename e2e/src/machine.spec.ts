import { join } from 'node:path';

import { WorkspaceRig } from '@nx-ml/testing';

const all = ['run-many', '-t', 'train', 'evaluate'];

describe('one machine, several steps and processes', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
  });

  afterAll(() => rig.dispose());

  it('a slow training delays nobody else’s evaluation', async () => {
    const step = (name: string, first = 'true') =>
      `{ command: '${first}; echo ${name} >> ../../.trace; echo x > {outputs.model}/m; echo "{\\"a\\": 1}" > {outputs.metrics}' }`;
    // As slow as the other one's evaluation, for which it would wait for ever where that waits for it.
    const waiting = 'until grep -q quick-evaluated ../../.trace; do sleep 0.1; done';
    rig.write({
      'models/slow/ml.yaml': `kind: model\ntrain: ${step('slow-trained', waiting)}\n`,
      'models/quick/ml.yaml': `kind: model\ntrain: ${step('quick-trained')}\nevaluate:\n  command: 'echo quick-evaluated >> ../../.trace; echo "{\\"a\\": 1}" > {outputs.metrics}'\n`,
    });
    await rig.tasks(all);
    expect(rig.read('.trace').trim().split('\n')).toEqual([
      'quick-trained',
      'quick-evaluated',
      'slow-trained',
    ]);
  });

  it('two Nx processes that want the same training at once do it once', async () => {
    rig.write({
      'models/twice/ml.yaml': `kind: model\ntrain: { command: 'echo trained >> ../../.trace; sleep 2; echo x > {outputs.model}/m', metrics: optional }\n`,
    });
    rig.remove('.trace');
    const both = await Promise.all([rig.nx(['run', 'twice:train']), rig.nx(['run', 'twice:train'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(rig.read('.trace')).toBe('trained\n');
  });

  it('two Nx processes never hold one GPU at once', async () => {
    const train = `command: 'echo "start $CUDA_VISIBLE_DEVICES" >> ../../.trace; sleep 1; echo "end $CUDA_VISIBLE_DEVICES" >> ../../.trace; echo x > {outputs.model}/m'`;
    for (const name of ['gpu-a', 'gpu-b'])
      rig.write({
        [`models/${name}/ml.yaml`]: `kind: model\nresources: { gpu: 1 }\ntrain: { ${train}, metrics: optional }\n`,
      });
    rig.remove('.trace');
    const env = { NX_ML_GPUS: '5', NX_ML_SLOTS_DIR: `${rig.home}/slots` };
    const [a, b] = await Promise.all([
      rig.nx(['run', 'gpu-a:train'], { env }),
      rig.nx(['run', 'gpu-b:train'], { env }),
    ]);
    expect([a.code, b.code]).toEqual([0, 0]);
    expect(rig.read('.trace').trim().split('\n')).toEqual(['start 5', 'end 5', 'start 5', 'end 5']);
    const none = await rig.nx(['run', 'gpu-a:train', '--skip-nx-cache'], { env: { ...env, NX_ML_GPUS: '' } });
    expect(none.output).toContain('restored');
    rig.append('models/gpu-a/ml.yaml', 'description: x\n');
    rig.edit('models/gpu-a/ml.yaml', (text) => text.replace('sleep 1', 'sleep 0'));
    const refused = await rig.nx(['run', 'gpu-a:train'], { env: { ...env, NX_ML_GPUS: '' } });
    expect(refused.output).toContain('ERR_ML_RESOURCES_UNAVAILABLE');
  });

  it('data behind a pointer: an edit behind its back is found, with the daemon’s cache hit in front', async () => {
    rig.write({
      'datasets/rows/ml.yaml': 'kind: dataset\npointer: rows.csv.ref.json\n',
      'datasets/rows/rows.csv': '1\n2\n',
      'models/reader/ml.yaml': `kind: model
data: [rows]
train: { command: 'wc -l < {inputs.rows}/rows.csv > {outputs.model}/m; echo "{\\"n\\": $(cat {outputs.model}/m)}" > {outputs.metrics}' }
`,
    });
    await cli(rig, ['data', 'add', 'datasets/rows/rows.csv']);
    expect(rig.read('datasets/rows/.gitignore')).toContain('/rows.csv\n');
    expect(await rig.tasks(['run', 'reader:train'])).toMatchObject({ 'reader:train': 'executed' });
    expect(await rig.tasks(['run', 'reader:train'])).toEqual({ 'rows:data': 'hit', 'reader:train': 'hit' });
    rig.append('datasets/rows/rows.csv', '3\n');
    const drift = await rig.nx(['run', 'reader:train']);
    expect(drift.output).toContain('ERR_ML_DATA_DRIFT');
    await cli(rig, ['data', 'add', 'datasets/rows/rows.csv']);
    expect((await rig.nx(['run', 'reader:train'])).output).toContain('n 3');
    rig.remove('datasets/rows/rows.csv');
    await rig.tasks(['run', 'rows:data', '--skip-nx-cache']);
    expect(rig.read('datasets/rows/rows.csv')).toBe('1\n2\n3\n');
  });

  it('without batches the same happens, one process a step', async () => {
    const train = 'echo x > {outputs.model}/m';
    rig.write({ 'models/alone/ml.yaml': `kind: model\ntrain: { command: '${train}', metrics: optional }\n` });
    const env = { NX_BATCH_MODE: 'false' };
    expect(await rig.tasks(['run', 'alone:train'], { env })).toEqual({ 'alone:train': 'executed' });
    expect(await rig.tasks(['run', 'alone:train', '--skip-nx-cache'], { env })).toEqual({
      'alone:train': 'restored',
    });
  });

  it.each(['true', 'false'])(
    'a store that cannot be opened is told with its mend (batch: %s)',
    async (batch) => {
      const env = { NX_BATCH_MODE: batch, NX_ML_STORE: join(rig.root, 'nx.json') };
      const { code, output } = await rig.nx(['run', 'alone:train', '--skip-nx-cache'], { env });
      expect(code).not.toBe(0);
      expect(output).toContain('ERR_ML_STORE_UNAVAILABLE');
      expect(output).toMatch(/choose another folder/);
    },
  );

  it('nx-ml logs shows what a command said, also where it was restored', async () => {
    rig.write({
      'models/talk/ml.yaml': `kind: model\ntrain: { command: 'echo hello; echo x > {outputs.model}/m', metrics: optional }\n`,
    });
    await rig.tasks(['run', 'talk:train']);
    expect(await cli(rig, ['logs', 'talk'])).toBe('hello\n');
    rig.remove('.nx-ml');
    await rig.tasks(['run', 'talk:train', '--skip-nx-cache']);
    expect(await cli(rig, ['logs', 'talk:train', '--seed', '1'])).toBe('hello\n');
  });
});

async function cli(rig: WorkspaceRig, args: readonly string[]): Promise<string> {
  const { code, output } = await rig.cli(args);
  if (code !== 0) throw new Error(output);
  return output;
}
