import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { WorkspaceRig } from '@nx-ml/testing';

/** A model whose training does what its parameter says. */
const moody = {
  'models/moody/ml.yaml': `kind: model
params: { mood: good }
train:
  command: node train.mjs
  timeout: 20s
evaluate:
  command: node evaluate.mjs
`,
  'models/moody/train.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const { mood } = run.params;
const { model, metrics, predictions, progress } = run.outputs;
console.log('line before the end, mood', mood);
writeFileSync(join(process.cwd(), '../../.pid'), String(process.pid));
writeFileSync(progress, JSON.stringify({ step: 1, of: 2, loss: 0.5 }) + '\\n');
if (mood !== 'empty') writeFileSync(join(model, 'model.bin'), mood);
const texts = { nan: '{"loss": NaN}', half: '{"loss": 0.', list: '[1]', none: undefined };
if (!(mood in texts)) writeFileSync(metrics, '{"loss": 0.25}');
else if (texts[mood] !== undefined) writeFileSync(metrics, texts[mood]);
if (mood === 'cut') writeFileSync(predictions, '{"id": 1}\\n{"id": 2, "sco');
if (mood === 'exit') { console.error('the reason'); process.exit(3); }
if (mood === 'kill') process.kill(process.pid, 'SIGKILL');
if (mood === 'hang') setInterval(() => {}, 1000);
`,
  'models/moody/evaluate.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const size = readFileSync(join(run.inputs.model, 'model.bin')).length;
writeFileSync(run.outputs.metrics, JSON.stringify({ size }));
`,
  'models/steady/ml.yaml': `kind: model
train: { command: 'echo x > {outputs.model}/m && echo "{\\"loss\\": 1}" > {outputs.metrics}' }
evaluate: { command: 'echo "{\\"ok\\": 1}" > {outputs.metrics}' }
`,
};

const all = ['run-many', '-t', 'train', 'evaluate'];
const manifest = '.nx-ml/manifests/moody/train.manifest.json';

describe('a command that goes wrong', () => {
  let rig: WorkspaceRig;
  let good: string;

  const mood = (value: string) => {
    rig.edit('models/moody/ml.yaml', (text) => text.replace(/mood: \w+/, `mood: ${value}`));
  };

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
    rig.write(moody);
    await rig.tasks(all);
    good = rig.read(manifest);
  });

  afterAll(() => rig.dispose());

  afterEach(async () => {
    // The last good run stands, and is found again without running.
    if (!rig.read('models/moody/ml.yaml').includes('mood: good')) mood('good');
    const states = await rig.tasks(all);
    expect(['hit', 'restored']).toContain(states['moody:train']);
    expect(rig.read(manifest)).toBe(good);
  });

  it.each([
    ['exit', 'ERR_ML_COMMAND_FAILED', 'exit code 3', 'the reason'],
    ['kill', 'ERR_ML_COMMAND_KILLED', 'SIGKILL', 'line before the end'],
    ['none', 'ERR_ML_METRICS_MISSING', 'wrote no metrics', 'outputs.metrics'],
    ['nan', 'ERR_ML_METRICS_NOT_FINITE', 'loss', 'NaN'],
    ['half', 'ERR_ML_METRICS_INVALID', 'metrics.json', 'moody'],
    ['list', 'ERR_ML_METRICS_INVALID', 'metrics.json', 'moody'],
    ['empty', 'ERR_ML_OUTPUT_MISSING', 'model folder', 'outputs.model'],
    ['cut', 'ERR_ML_PREDICTIONS_INVALID', '2', 'predictions.jsonl'],
  ])('%s: says what, publishes nothing, stops only its dependents', async (value, code, ...words) => {
    mood(value);
    const { code: exit, output } = await rig.nx([...all, '--output-style=static']);
    expect(exit).not.toBe(0);
    expect(output).toContain(code);
    for (const word of words) expect(output).toContain(word);
    expect(output).toMatch(/steady:evaluate/);
    expect(output).not.toMatch(/moody:evaluate {2}(evaluated|restored)/);
    expect(output).not.toMatch(/\n\s+at .*\.js:\d+/); // no stack of ours for a user's mistake
  });

  it('a time-out ends the command', async () => {
    rig.edit('models/moody/ml.yaml', (text) => text.replace('timeout: 20s', 'timeout: 1s'));
    mood('hang');
    const { output } = await rig.nx(['run', 'moody:train']);
    expect(output).toContain('ERR_ML_COMMAND_TIMEOUT');
    await gone(pidOf(rig));
    rig.edit('models/moody/ml.yaml', (text) => text.replace('timeout: 1s', 'timeout: 20s'));
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    '%s to Nx ends the command, and nothing is published',
    async (signal) => {
      mood('hang');
      rig.remove('.pid');
      const nx = rig.start(['run', 'moody:train']);
      await until(() => existsSync(join(rig.root, '.pid')));
      nx.child.kill(signal);
      await nx.ended;
      await gone(pidOf(rig));
      expect(rig.exists('.nx-ml/runs') ? readdirSync(join(rig.root, '.nx-ml/runs')) : []).toEqual(
        signal === 'SIGKILL' ? expect.any(Array) : [],
      );
    },
  );

  it('an input edited during the run: nothing is published', async () => {
    rig.write({ 'models/moody/extra.txt': 'a' });
    mood('slow');
    rig.edit(
      'models/moody/train.mjs',
      (text) => `${text}await new Promise((done) => setTimeout(done, 2500));\n`,
    );
    rig.remove('.pid');
    const nx = rig.start(['run', 'moody:train']);
    await until(() => existsSync(join(rig.root, '.pid')));
    rig.write({ 'models/moody/extra.txt': 'b' });
    const { output } = await nx.ended;
    expect(output).toContain('ERR_ML_INPUT_CHANGED');
    expect(output).toContain('models/moody/extra.txt');
    rig.remove('models/moody/extra.txt');
    rig.edit('models/moody/train.mjs', (text) => text.replace(/await new Promise.*\n/, ''));
  });

  it('a stored model whose bytes changed is found when it is read, and training again heals it', async () => {
    const digest = (JSON.parse(good) as { runs: { outputs: { model: { digest: string } } }[] }).runs[0]
      ?.outputs.model.digest;
    const objects = join(rig.home, '.cache/nx-ml/store/objects/sha256');
    const tree = JSON.parse(readFileSync(objectPath(objects, digest ?? ''), 'utf8')) as {
      entries: { digest: string }[];
    };
    const file = objectPath(objects, tree.entries[0]?.digest ?? '');
    const bytes = readFileSync(file);
    chmodSync(file, 0o644);
    writeFileSync(file, Buffer.from(bytes.map((byte) => byte ^ 1)));
    const found = await rig.nx(['run', 'moody:evaluate', '--skip-nx-cache', '--exclude-task-dependencies']);
    // Restored evaluation reads no model; a changed evaluation does.
    expect(found.code).toBe(0);
    rig.append('models/moody/evaluate.mjs', '// x\n');
    const corrupt = await rig.nx(['run', 'moody:evaluate']);
    expect(corrupt.output).toContain('ERR_ML_OBJECT_CORRUPT');
    const healed = await rig.tasks(['run', 'moody:evaluate', '--skip-nx-cache']);
    expect(healed).toMatchObject({ 'moody:train': 'executed', 'moody:evaluate': 'executed' });
    rig.edit('models/moody/evaluate.mjs', (text) => text.replace('// x\n', ''));
  });
});

describe('mistakes in ml.yaml', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
    rig.write(moody);
  });

  afterAll(() => rig.dispose());

  it('one broken file does not take the others down, and says where it is broken when it is run', async () => {
    rig.write({ 'models/typo/ml.yaml': 'kind: model\ntrian:\n  command: x\n' });
    const shown = await rig.nx(['show', 'projects']);
    expect(shown.output.split('\n')).toEqual(expect.arrayContaining(['moody', 'steady', 'typo']));
    const { code, output } = await rig.nx([...all, '--output-style=static']);
    expect(code).not.toBe(0);
    expect(output).toMatch(/models\/typo\/ml\.yaml:2:1 .*`trian`.*did you mean `train`/i);
    expect(output).toMatch(/steady:evaluate {2}evaluated/);
    rig.remove('models/typo');
  });

  it('a dataset that does not exist: the nearest name', async () => {
    rig.write({
      'datasets/mails/ml.yaml': 'kind: dataset\nfiles: [a.txt]\n',
      'datasets/mails/a.txt': 'a',
      'models/lost/ml.yaml': 'kind: model\ndata: [mail]\ntrain: { command: "true" }\n',
    });
    const { output } = await rig.nx(['run', 'lost:train']);
    expect(output).toContain('ERR_ML_CONFIG_REFERENCE');
    expect(output).toContain('Did you mean "mails"?');
    rig.remove('models/lost');
  });
});

describe('time and place', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
  });

  afterAll(() => rig.dispose());

  it('a slow training delays nobody else’s evaluation', async () => {
    const step = (name: string, seconds: number) =>
      `{ command: 'sleep ${String(seconds)}; echo ${name} >> ../../.trace; echo x > {outputs.model}/m; echo "{\\"a\\": 1}" > {outputs.metrics}' }`;
    rig.write({
      'models/slow/ml.yaml': `kind: model\ntrain: ${step('slow-trained', 3)}\n`,
      'models/quick/ml.yaml': `kind: model\ntrain: ${step('quick-trained', 0)}\nevaluate:\n  command: 'echo quick-evaluated >> ../../.trace; echo "{\\"a\\": 1}" > {outputs.metrics}'\n`,
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

function objectPath(objects: string, digest: string): string {
  const hex = digest.replace('sha256:', '');
  return join(objects, hex.slice(0, 2), hex.slice(2));
}

function pidOf(rig: WorkspaceRig): number {
  return Number(rig.read('.pid'));
}

async function gone(pid: number): Promise<void> {
  await until(() => !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for a condition; the generous limit is there to end a broken run, not to measure. */
async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (condition()) return;
    await sleep(100);
  }
  throw new Error('waited a minute in vain');
}
