import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { WorkspaceRig } from '@nx-ml/testing';

/** Models whose training does what their parameter says. */
const moodyModel = (name: string) => ({
  [`models/${name}/ml.yaml`]: `kind: model
params: { mood: good }
train:
  command: node train.mjs
  timeout: 20s
evaluate:
  command: node evaluate.mjs
`,
  [`models/${name}/train.mjs`]: `import { readFileSync, writeFileSync } from 'node:fs';
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
  [`models/${name}/evaluate.mjs`]: `import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const size = readFileSync(join(run.inputs.model, 'model.bin')).length;
writeFileSync(run.outputs.metrics, JSON.stringify({ size }));
`,
});
const steadyModel = {
  'models/steady/ml.yaml': `kind: model
train: { command: 'echo x > {outputs.model}/m && echo "{\\"loss\\": 1}" > {outputs.metrics}' }
evaluate: { command: 'echo "{\\"ok\\": 1}" > {outputs.metrics}' }
`,
};

const all = ['run-many', '-t', 'train', 'evaluate'];
const manifest = (model: string) => `.nx-ml/manifests/${model}/train.manifest.json`;

/** What is said of each mood, by a model that is called like it. */
const failures = {
  exit: ['ERR_ML_COMMAND_FAILED', 'exit code 3', 'the reason'],
  kill: ['ERR_ML_COMMAND_KILLED', 'SIGKILL', 'line before the end'],
  none: ['ERR_ML_METRICS_MISSING', 'wrote no metrics', 'outputs.metrics'],
  nan: ['ERR_ML_METRICS_NOT_FINITE', 'loss', 'NaN'],
  half: ['ERR_ML_METRICS_INVALID', 'metrics.json'],
  list: ['ERR_ML_METRICS_INVALID', 'metrics.json'],
  empty: ['ERR_ML_OUTPUT_MISSING', 'model folder', 'outputs.model'],
  cut: ['ERR_ML_PREDICTIONS_INVALID', '2', 'predictions.jsonl'],
};
const failing = Object.keys(failures) as readonly (keyof typeof failures)[];

describe('a command that goes wrong', () => {
  let rig: WorkspaceRig;
  let good: readonly string[];

  const mood = (value: string, model = 'moody') => {
    rig.edit(`models/${model}/ml.yaml`, (text) => text.replace(/mood: \w+/, `mood: ${value}`));
  };
  const manifests = () => ['moody', ...failing].map((model) => rig.read(manifest(model)));

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write({ ...steadyModel, ...moodyModel('moody') });
    for (const name of failing) rig.write(moodyModel(name));
    await rig.tasks(all);
    good = manifests();
  });

  afterAll(() => rig.dispose());

  afterEach(async () => {
    // The last good run stands, and is found again without running.
    for (const model of ['moody', ...failing])
      if (!rig.read(`models/${model}/ml.yaml`).includes('mood: good')) mood('good', model);
    const states = await rig.tasks(all);
    for (const model of ['moody', ...failing])
      expect([model, states[`${model}:train`]]).toEqual([model, expect.stringMatching(/^(hit|restored)$/)]);
    expect(manifests()).toEqual(good);
  });

  it('says what, publishes nothing, stops only its dependents', async () => {
    for (const name of failing) mood(name, name);
    const { code: exit, output } = await rig.nx([...all, '--output-style=static']);
    expect(exit).not.toBe(0);
    for (const name of failing) {
      const said = textOf(output, `${name}:train`);
      for (const word of failures[name]) expect([name, said]).toEqual([name, expect.stringContaining(word)]);
      expect(output).not.toMatch(new RegExp(`${name}:evaluate {2}(evaluated|restored)`));
    }
    expect(output).toMatch(/steady:evaluate/);
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
    const digest = (
      JSON.parse(rig.read(manifest('moody'))) as { runs: { outputs: { model: { digest: string } } }[] }
    ).runs[0]?.outputs.model.digest;
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
    rig.write({ ...steadyModel, ...moodyModel('moody') });
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

/** What Nx prints of one task. */
function textOf(output: string, task: string): string {
  const [, ...sections] = output.split(/^> nx run /m);
  return sections.find((section) => section.split(/\s/, 1)[0] === task) ?? '';
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
