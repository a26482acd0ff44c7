import { WorkspaceRig } from '@nx-ml/testing';

/** Its evaluation writes predictions of a validation and a test split; x = 3 answers all of both right. */
const workspace = {
  'datasets/rows/ml.yaml': 'kind: dataset\nprepare: { command: node prepare.mjs }\n',
  'datasets/rows/prepare.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
writeFileSync(run.outputs.data + '/rows.txt', 'rows');
`,
  'models/m/ml.yaml': `kind: model
data: [rows]
params: params.yaml
train: { command: node train.mjs, seeds: [1, 2] }
evaluate: { command: node evaluate.mjs }
tune:
  space:
    x: { int: [0, 10] }
    kind: [plain, fancy]
    depth: { int: [1, 3], when: { kind: fancy } }
  objective: accuracy
  trials: 12
  sampler: sobol
`,
  'models/m/params.yaml': '# what is tuned\nx: 9 # far off\nkind: plain\nepochs: 2\n',
  'models/m/train.mjs': `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
appendFileSync('../../.trace', ['train', run.seed, JSON.stringify(run.params)].join(' ') + '\\n');
writeFileSync(run.outputs.model + '/model.json', JSON.stringify(run.params));
writeFileSync(run.outputs.metrics, JSON.stringify({ x: run.params.x }));
`,
  'models/m/evaluate.mjs': `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
appendFileSync('../../.trace', ['evaluate', run.seed, JSON.stringify(run.params)].join(' ') + '\\n');
const { x, kind } = JSON.parse(readFileSync(run.inputs.model + '/model.json', 'utf8'));
const wrong = Math.abs(x - 3) + (kind === 'plain' ? 1 : 0);
const rows = ['validation', 'test'].flatMap((split) =>
  Array.from({ length: 20 }, (_, id) => ({ id: split + id, split, correct: id >= wrong })));
writeFileSync(run.outputs.predictions, rows.map((row) => JSON.stringify(row) + '\\n').join(''));
writeFileSync(run.outputs.metrics, JSON.stringify({ rows: rows.length }));
`,
};

interface Told {
  readonly best: {
    readonly number: number;
    readonly params: Readonly<Record<string, unknown>>;
    readonly means: readonly number[];
  };
  readonly trials: readonly { readonly number: number; readonly state: string; readonly executed: number }[];
  readonly executed: number;
}

describe('a study on real Nx', () => {
  let rig: WorkspaceRig;
  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(workspace);
    rig.git('config', 'user.name', 'rig');
    rig.commitAll('start');
  });
  afterAll(() => rig.dispose());

  const tune = (...args: readonly string[]) => rig.nx(['tune', 'm', '--output-style=static', ...args]);
  const ran = (): number => (rig.exists('.trace') ? rig.read('.trace').trim().split('\n').length : 0);
  const told = (output: string): Told => {
    const line = output.split('\n').find((text) => text.startsWith('{"type":"ended"'));
    return JSON.parse(line ?? '{}') as Told;
  };

  it('brings the data, tries the parameters of today first, and tells the best', async () => {
    const { code, output } = await tune();
    expect([code, output]).toEqual([0, expect.stringContaining('12 of 12 trials, ')]);
    expect(output).toMatch(/best: trial \d+, accuracy (0\.\d+|1)/);
    expect(output).toContain('nx tune m --apply');
    expect(rig.read('.trace').split('\n')[0]).toBe('train 1 {"epochs":2,"kind":"plain","x":9}');
  });

  it('runs nothing again, and exactly as many more as there are to be more', async () => {
    const before = ran();
    const again = told((await tune('--json')).output);
    expect([again.executed, again.trials.length, ran()]).toEqual([0, 12, before]);
    const more = told((await tune('--trials=16', '--json')).output);
    expect([more.executed, more.trials.length]).toEqual([8, 16]);
    expect(ran()).toBe(before + 8);
  });

  it('writes the best to where the model has its parameters, and training with them is a restore', async () => {
    const { output } = await tune('--trials=16', '--apply', '--json');
    const { best } = told(output);
    const params = rig.read('models/m/params.yaml');
    expect(params).toContain('# what is tuned');
    expect(params).toContain(`x: ${String(best.params['x'])}`);
    expect(params).toContain('# far off');
    const before = ran();
    const states = await rig.tasks([
      'run-many',
      '-t',
      'train',
      'evaluate',
      '-p',
      'm',
      '--output-style=static',
    ]);
    expect(ran()).toBe(before);
    expect(states).toMatchObject({ 'm:train': 'restored', 'm:evaluate': 'restored' });
  });

  it('lists its trials, the best first, and refuses what it does not know', async () => {
    const shown = await rig.cli(['tune', 'show', 'm']);
    expect(shown.output.split('\n')[0]).toMatch(
      /^trial {2}accuracy {2}seeds {2}time +state +kind +x +depth|^trial/,
    );
    expect((await rig.cli(['tune', 'apply', 'm', '--trial', '99'])).output).toContain('has no trial 99');
    expect((await rig.cli(['tune', 'rows'])).output).toContain('has no "tune"');
  });
});
