import { readdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { isMlError } from '../../kernel/index.js';
import { paramsId } from '../../provenance/index.js';
import type { ObjectWriter } from '../../store/index.js';
import type { TaskOutcome } from './task-work.js';
import { exited, memoryClaims, wellBehaved } from '../testing/fake-machine.js';
import {
  everyRun,
  files,
  newWorkspace,
  removeWorkspaces,
  run,
  steps,
  task,
} from '../testing/small-workspace.js';

afterEach(removeWorkspaces);

const states = (outcomes: Readonly<Record<string, TaskOutcome>>) =>
  Object.fromEntries(Object.entries(outcomes).map(([id, { state }]) => [id, state]));

const codeOf = (outcome: TaskOutcome | undefined) =>
  outcome?.state === 'failed' && isMlError(outcome.error) ? outcome.error.code : outcome;

/** Stores nothing before its gate opens. */
class GatedStore extends MemoryObjectStore {
  gate: Promise<void> = Promise.resolve();

  override async batch<T>(action: (writer: ObjectWriter) => Promise<T>): Promise<T> {
    await this.gate;
    return super.batch(action);
  }
}

describe('runSteps', () => {
  it('executes what is new and restores what is known, on this machine and another', async () => {
    const stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
    const first = newWorkspace(stores);
    await run(first);
    expect(first.engine.take()).toEqual(everyRun);
    const again = await run(first);
    const other = newWorkspace(stores);
    const elsewhere = await run(other);
    expect([...first.engine.take(), ...other.engine.take()]).toEqual([]);
    expect(new Set(Object.values({ ...states(again), ...states(elsewhere) }))).toEqual(new Set(['restored']));
    for (const name of ['train.manifest.json', 'train.key.json', 'evaluate.manifest.json'])
      expect(readFileSync(join(other.deps.root, '.nx-ml/manifests/m', name))).toEqual(
        readFileSync(join(first.deps.root, '.nx-ml/manifests/m', name)),
      );
  });

  it('two processes that want the same at once do it once', async () => {
    const shared = {
      objects: new MemoryObjectStore(),
      journals: new MemoryJournal(),
      claims: memoryClaims(),
    };
    const [a, b] = [newWorkspace(shared), newWorkspace(shared)];
    const [first, second] = await Promise.all([run(a), run(b)]);
    expect([...a.engine.take(), ...b.engine.take()].sort()).toEqual(everyRun);
    for (const outcome of [...Object.values(first), ...Object.values(second)])
      expect(['executed', 'restored']).toContain(outcome.state);
    expect([...a.events, ...b.events].some(({ type }) => type === 'run-waiting')).toBe(true);
  });

  it('lends the GPU to the next command while what the last one made is stored', async () => {
    const objects = new GatedStore();
    const machine = newWorkspace({ objects });
    const gpu = 'kind: model\nresources: { gpu: 1 }\ntrain: { command: node train.mjs, seeds: [1, 2] }\n';
    machine.write({ 'models/up/ml.yaml': gpu });
    let opened: () => void = () => undefined;
    machine.engine.script = (given, ...rest) => {
      if (given.seed === 1) objects.gate = new Promise((resolve) => (opened = resolve));
      else opened(); // Never comes here while the first still has the only GPU.
      return wellBehaved(given, ...rest);
    };
    expect(states(await run(machine, [task('up', 'train')]))).toEqual({ 'up:train': 'executed' });
  });

  it('says who makes again what the store has lost', async () => {
    const machine = newWorkspace();
    const trained = (await run(machine))['m:train'];
    const model = trained?.state === 'executed' ? trained.manifest.runs[0]?.outputs['model'] : undefined;
    if (model === undefined) throw new Error('m was not trained');
    machine.objects.bytes.delete(model.digest);
    machine.write({ 'models/up/train.mjs': '// trains anew\n' });
    expect((await run(machine, [task('up', 'train')]))['up:train']).toMatchObject({
      state: 'failed',
      error: {
        code: 'ERR_ML_OBJECT_MISSING',
        fix: expect.stringContaining('nx run m:train --skip-nx-cache') as string,
      },
    });
  });

  it('another platform is another run', async () => {
    const stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
    await run(newWorkspace(stores));
    const other = newWorkspace({ ...stores, platform: 'darwin-arm64' });
    await run(other);
    expect(other.engine.take()).toEqual(everyRun);
  });

  it('the manifest holds no clock, host, key or path; the record beside the result does', async () => {
    const machine = newWorkspace();
    await run(machine);
    const text = readFileSync(join(machine.deps.root, '.nx-ml/manifests/m/train.manifest.json'), 'utf8');
    for (const word of ['fake-host', '2026', machine.deps.root, 'key']) expect(text).not.toContain(word);
    const outcome = (await run(machine))['m:train'];
    expect(outcome?.state === 'restored' && outcome.manifest.metrics['size']?.n).toBe(2);
  });

  it('the record beside a result tells who made it, when, where and with which parameter set', async () => {
    const machine = newWorkspace();
    await run(machine);
    const records = [...machine.objects.bytes.values()]
      .map(String)
      .filter((text) => text.includes('fake-host'));
    expect(records).toHaveLength(everyRun.length);
    const trained = records
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .filter(({ step, project }) => step === 'train' && project === 'm');
    expect(trained.map(({ seed }) => seed).sort()).toEqual([1, 2]);
    expect(new Set(trained.map((record) => record['paramsId']))).toEqual(new Set([paramsId({ rate: 1 })]));
    for (const { startedAt, durationMs, engine } of trained) {
      expect(startedAt).toMatch(/^2026-/);
      expect(durationMs).toBeGreaterThan(0);
      expect(engine).toBe('scripted');
    }
  });

  it('a dataset that changes upstream and comes out the same stops the change there', async () => {
    const machine = newWorkspace();
    await run(machine);
    machine.engine.take();
    machine.write({ 'datasets/rows/rows.csv': 'a\nb\nc\n' });
    await run(machine);
    expect(machine.engine.take()).toEqual(['clean:data']);
  });

  it('a seed more runs that seed alone', async () => {
    const machine = newWorkspace();
    await run(machine);
    machine.engine.take();
    machine.write({ 'models/m/ml.yaml': files['models/m/ml.yaml'].replace('[1, 2]', '[1, 2, 3]') });
    const outcomes = await run(machine);
    expect(machine.engine.take()).toEqual(['m:evaluate:3', 'm:train:3']);
    expect(states(outcomes)).toMatchObject({ 'm:train': 'executed', 'up:train': 'restored' });
  });

  it('a failure publishes nothing and stops only its dependents', async () => {
    const machine = newWorkspace();
    machine.engine.script = (document, job, watcher) =>
      document.project === 'm' && document.step === 'train' ? exited(9) : wellBehaved(document, job, watcher);
    const outcomes = await run(machine);
    expect(codeOf(outcomes['m:train'])).toBe('ERR_ML_COMMAND_FAILED');
    expect(states(outcomes)).toMatchObject({
      'clean:data': 'executed',
      'm:evaluate': 'skipped',
      'up:train': 'skipped',
    });
    machine.engine.take();
    machine.engine.script = wellBehaved;
    await run(machine);
    expect(machine.engine.take()).toEqual(everyRun.filter((id) => id !== 'clean:data'));
  });

  it.each([
    ['ERR_ML_METRICS_MISSING', { metrics: undefined }],
    ['ERR_ML_METRICS_INVALID', { metrics: '{"a": 1' }],
    ['ERR_ML_METRICS_NOT_FINITE', { metrics: '{"a": NaN}' }],
    ['ERR_ML_OUTPUT_MISSING', { metrics: '{"a": 1}', empty: true }],
    ['ERR_ML_PREDICTIONS_INVALID', { metrics: '{"a": 1}', predictions: '{"id": 1}\n{"id"' }],
  ])('%s: refused before anything is published', async (code, left) => {
    const machine = newWorkspace();
    machine.engine.script = ({ step, outputs }, ...rest) => {
      if (step !== 'train') return wellBehaved({ step, outputs } as never, ...rest);
      if (!('empty' in left)) writeFileSync(join(outputs.model ?? '', 'm'), 'x');
      if (left.metrics !== undefined) writeFileSync(outputs.metrics, left.metrics);
      if ('predictions' in left) writeFileSync(outputs.predictions, left.predictions);
      return exited(0);
    };
    const outcomes = await run(machine);
    expect(codeOf(outcomes['m:train'])).toBe(code);
    expect(existsSync(join(machine.deps.root, '.nx-ml/manifests/m/train.manifest.json'))).toBe(false);
    expect(readdirSync(join(machine.deps.root, '.nx-ml/runs'))).toEqual([]);
    expect(readdirSync(join(machine.deps.root, '.nx-ml/kept'))).toContain('m.train.seed-1');
    expect(readFileSync(join(machine.deps.root, '.nx-ml/logs/m/train.seed-1.log'), 'utf8')).toBe('');
  });

  it('an evaluation keeps the files that it leaves, and owes none', async () => {
    const machine = newWorkspace();
    machine.engine.script = (document, ...rest) => {
      if (document.seed === 1 && document.outputs.files !== undefined)
        writeFileSync(join(document.outputs.files, 'roc.csv'), 'fpr,tpr\n');
      return wellBehaved(document, ...rest);
    };
    const outcome = (await run(machine))['m:evaluate'];
    const outputs = outcome?.state === 'executed' ? outcome.manifest.runs.map((each) => each.outputs) : [];
    expect(outputs).toEqual([{ files: expect.objectContaining({ files: 1 }) as unknown }, {}]);
  });

  it('an input that is edited during the run: nothing is published', async () => {
    const machine = newWorkspace();
    machine.engine.script = (document, job, watcher) => {
      if (document.project === 'm' && document.step === 'train')
        machine.write({ 'models/m/train.mjs': `// edited by ${String(document.seed)}\n` });
      return wellBehaved(document, job, watcher);
    };
    const outcomes = await run(machine);
    expect(codeOf(outcomes['m:train'])).toBe('ERR_ML_INPUT_CHANGED');
    expect(existsSync(join(machine.deps.root, '.nx-ml/kept/m.train.seed-1/outputs/model/bytes.json'))).toBe(
      true,
    );
    machine.write({ 'models/m/train.mjs': files['models/m/train.mjs'] });
    machine.engine.script = wellBehaved;
    machine.engine.take();
    await run(machine);
    expect(machine.engine.take()).toEqual(expect.arrayContaining(['m:train:1', 'm:train:2']));
  });

  it('a lost object of a result makes it run again, and no other', async () => {
    const machine = newWorkspace();
    const first = await run(machine);
    machine.engine.take();
    const outcome = first['m:train'];
    const digest =
      outcome?.state === 'executed' ? outcome.manifest.runs[1]?.outputs['model']?.digest : undefined;
    if (digest === undefined) throw new Error('no model');
    machine.objects.bytes.delete(digest);
    await run(machine);
    expect(machine.engine.take()).toEqual(['m:train:2']);
  });

  it('a command sees what is declared and nothing else', async () => {
    const machine = newWorkspace();
    await run(machine);
    const train = machine.engine.jobs.find((job) => job.cwd.endsWith('models/m'));
    expect(train?.env).toMatchObject({ TUNING: 'on', SECRET: 'hush', PYTHONHASHSEED: '0' });
    expect(train?.env).not.toHaveProperty('UNDECLARED');
    const keys = readFileSync(join(machine.deps.root, '.nx-ml/manifests/m/train.key.json'), 'utf8');
    expect(keys).toContain('"TUNING":"on"');
    expect(keys).not.toContain('hush');
  });

  it('a secret that a command prints is in no log', async () => {
    const machine = newWorkspace();
    machine.engine.script = (document, job, watcher) => {
      writeFileSync(job.logFile, `token is ${job.env['SECRET'] ?? 'hidden'}\n`);
      return wellBehaved(document, job, watcher);
    };
    await run(machine);
    expect(readFileSync(join(machine.deps.root, '.nx-ml/logs/m/train.seed-1.log'), 'utf8')).toBe(
      'token is ***\n',
    );
    for (const bytes of machine.objects.bytes.values()) expect(bytes.toString()).not.toContain('hush');
  });

  it('cancelling starts nothing new and leaves no folder behind', async () => {
    const machine = newWorkspace();
    const abort = new AbortController();
    machine.engine.script = () => {
      abort.abort();
      return { state: 'cancelled' };
    };
    const outcomes = await run(machine, steps, abort.signal);
    expect(codeOf(outcomes['clean:data'])).toBe('ERR_ML_CANCELLED');
    expect(outcomes['m:evaluate']?.state).toBe('skipped');
    expect(machine.engine.take()).toEqual(['clean:data']);
    expect(readdirSync(join(machine.deps.root, '.nx-ml/runs'))).toEqual([]);
  });

  it('a step without its upstream result says what to run', async () => {
    const machine = newWorkspace();
    const outcomes = await run(machine, [task('m', 'evaluate')]);
    expect(outcomes['m:evaluate']).toMatchObject({
      state: 'failed',
      error: { code: 'ERR_ML_OBJECT_MISSING', fix: expect.stringContaining('nx run clean:data') as string },
    });
  });

  it('tells progress', async () => {
    const machine = newWorkspace();
    machine.engine.script = (document, job, watcher) => {
      watcher.progress?.({ step: 1, of: 3, metrics: { loss: 0.5 } });
      return wellBehaved(document, job, watcher);
    };
    await run(machine, steps.slice(0, 2));
    expect(machine.events.map(({ type }) => type)).toEqual(['run-started', 'run-progress', 'run-ended']);
  });
});
