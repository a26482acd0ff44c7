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
    rig = await WorkspaceRig.create({ quick: true });
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
