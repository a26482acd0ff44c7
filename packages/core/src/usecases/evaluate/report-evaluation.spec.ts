import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { decodeEvaluationReport } from '../../evaluation/index.js';
import { isMlError, MlError } from '../../kernel/index.js';
import { wellBehaved } from '../testing/fake-machine.js';
import type { FakeMachine, Script } from '../testing/fake-machine.js';
import { newWorkspace, removeWorkspaces, run, steps, task } from '../testing/small-workspace.js';

afterEach(removeWorkspaces);

const good = [
  { id: 1, label: 'a', prediction: 'a', slice: 'x' },
  { id: 2, label: 'b', prediction: 'a', slice: 'x' },
];
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** An evaluation that writes these files beside its run document. */
const writing =
  (files: Readonly<Record<string, string>>): Script =>
  (document, ...rest) => {
    if (document.step === 'evaluate')
      for (const [name, text] of Object.entries(files))
        writeFileSync(join(dirname(document.outputs.predictions), name), text);
    return wellBehaved(document, ...rest);
  };

function machineWriting(files: Readonly<Record<string, string>>, config?: string): FakeMachine {
  const machine = newWorkspace();
  machine.engine.script = writing(files);
  if (config !== undefined)
    machine.write({ 'models/m/ml.yaml': `kind: model\ntrain: { command: node train.mjs }\n${config}\n` });
  return machine;
}

const reportPath = (machine: FakeMachine): string =>
  join(machine.deps.root, '.nx-ml/manifests/m/evaluate.report.json');
const reportOf = (machine: FakeMachine) => decodeEvaluationReport(readFileSync(reportPath(machine)));

const alone = [task('m', 'train'), task('m', 'evaluate', ['m:train'])];
const evaluate = 'evaluate: { command: node evaluate.mjs }';

describe('reportEvaluation', () => {
  it('writes beside the manifest what was measured, run by run', async () => {
    const machine = machineWriting({ 'predictions.jsonl': lines(good) });
    const outcome = (await run(machine))['m:evaluate'];
    const report = reportOf(machine);
    expect(report.sealed).toBe(false);
    expect(report.runs.map(({ seed, measures }) => [seed, measures[0]?.name, measures[0]?.value])).toEqual([
      [1, 'accuracy', 0.5],
      [2, 'accuracy', 0.5],
    ]);
    expect(outcome?.state === 'executed' && outcome.report).toEqual(report);
  });

  it('is made again from the store where it was lost, with the same bytes and without an evaluation', async () => {
    const machine = machineWriting({ 'predictions.jsonl': lines(good) });
    await run(machine);
    const bytes = readFileSync(reportPath(machine));
    rmSync(reportPath(machine));
    machine.engine.take();
    const outcome = (await run(machine))['m:evaluate'];
    expect(outcome?.state).toBe('restored');
    expect(machine.engine.take()).toEqual([]);
    expect(readFileSync(reportPath(machine))).toEqual(bytes);
  });

  it('is not made again of the same, and is made anew where somebody damaged it', async () => {
    const machine = machineWriting({ 'predictions.jsonl': lines(good) });
    const reads: string[] = [];
    const { source } = machine.objects;
    machine.objects.source = (digest) => {
      reads.push(digest);
      return source.call(machine.objects, digest);
    };
    await run(machine);
    expect(reads.length).toBe(2);
    await run(machine);
    expect(reads.length).toBe(2);
    const bytes = readFileSync(reportPath(machine));
    writeFileSync(reportPath(machine), '{}');
    await run(machine);
    expect(readFileSync(reportPath(machine))).toEqual(bytes);
  });

  it.each(['accuracy', '{ primary: accuracy, disclosure: full }', '{ primary: accuracy, budget: none }'])(
    'a change of the gate costs no run: %s',
    async (gate) => {
      const rows = [
        ...good,
        ...good.map((row) => ({ ...row, id: `v${String(row.id)}`, split: 'validation' })),
        ...good.map((row) => ({ ...row, id: `w${String(row.id)}`, split: 'other' })),
      ];
      const machine = machineWriting({ 'predictions.jsonl': lines(rows) }, evaluate);
      await run(machine, alone);
      machine.engine.take();
      machine.write({
        'models/m/ml.yaml': `kind: model\ntrain: { command: node train.mjs }\n${evaluate}\ngate: ${gate}\n`,
      });
      await run(machine, alone);
      expect(machine.engine.take()).toEqual([]);
      const { sealed, runs } = reportOf(machine);
      expect(sealed).toBe(gate === 'accuracy');
      expect(runs[0]?.measures[0]?.n).toBe(sealed ? 4 : 2);
    },
  );

  it('judges by the behavioural tests that ml.yaml declares', async () => {
    const rows = [...good, { id: 3, prediction: 'b', behaviour: { case: 'typos', of: 1 } }];
    const machine = machineWriting(
      { 'predictions.jsonl': lines(rows) },
      'evaluate: { command: node evaluate.mjs, behaviour: [{ name: typos, test: invariance }] }',
    );
    await run(machine, alone);
    expect(reportOf(machine).runs[0]?.behaviour).toMatchObject([
      { case: 'typos', n: 1, passed: 0, met: false },
    ]);
  });

  it('of an evaluation without predictions, and of one whose predictions are gone, it says so', async () => {
    const machine = newWorkspace();
    await run(machine);
    expect(reportOf(machine).runs[0]).toMatchObject({ predictions: null, why: 'it wrote no predictions' });
    const other = machineWriting({ 'predictions.jsonl': lines(good) });
    await run(other);
    rmSync(reportPath(other));
    other.objects.source = () => Promise.reject(new Error('a bug'));
    expect((await run(other))['m:evaluate']?.state).toBe('failed');
    const lost = new MlError('ERR_ML_STORE_UNAVAILABLE', { message: 'the disk is away', fix: 'Wait.' });
    other.objects.source = () => Promise.reject(lost);
    expect((await run(other))['m:evaluate']?.state).toBe('restored');
    expect(reportOf(other).runs[0]).toMatchObject({ why: 'the disk is away', measures: [] });
    Reflect.deleteProperty(other.objects, 'source');
    await run(other);
    expect(reportOf(other).runs[0]?.measures.length).toBeGreaterThan(0);
  });

  it('other steps have none', async () => {
    const machine = machineWriting({ 'predictions.jsonl': lines(good) });
    const outcomes = await run(machine, steps.slice(0, 3));
    expect(existsSync(reportPath(machine))).toBe(false);
    expect('report' in (outcomes['m:train'] ?? {})).toBe(false);
  });
});

describe('collectPredictions', () => {
  it.each([
    ['predictions.csv', 'id,label,prediction\n1,a,a\n2,b,a\n'],
    ['predictions.jsonl', lines(good)],
  ])('%s is as good', async (name, text) => {
    const machine = machineWriting({ [name]: text });
    await run(machine);
    expect(reportOf(machine).runs[0]?.measures[0]).toMatchObject({ name: 'accuracy', value: 0.5, n: 2 });
  });

  it.each([
    [
      { 'predictions.jsonl': '{"id":1}\n{"id":1}\n' },
      'm:evaluate predictions.jsonl: line 2 has the id 1 of line 1',
    ],
    [{ 'predictions.csv': 'id,score\n1,nan\n' }, 'm:evaluate predictions.csv: row 1 has score = NaN'],
    [{ 'predictions.parquet': 'no' }, 'm:evaluate predictions.parquet cannot be read as Parquet'],
    [
      { 'predictions.csv': 'id\n1\n', 'predictions.jsonl': '{"id":1}\n' },
      'm:evaluate left predictions.jsonl and predictions.csv',
    ],
  ])('refuses %j before anything is published', async (files, message) => {
    const machine = machineWriting(files);
    const outcome = (await run(machine))['m:evaluate'];
    if (outcome?.state !== 'failed' || !isMlError(outcome.error)) throw new Error(JSON.stringify(outcome));
    expect(outcome.error.code).toBe('ERR_ML_PREDICTIONS_INVALID');
    expect(outcome.error.message).toContain(message);
    expect(existsSync(reportPath(machine))).toBe(false);
  });

  it('a training may report an example once an epoch', async () => {
    const machine = newWorkspace();
    machine.engine.script = (document, ...rest) => {
      if (document.step === 'train') writeFileSync(document.outputs.predictions, '{"id":1}\n{"id":1}\n');
      return wellBehaved(document, ...rest);
    };
    expect((await run(machine))['m:train']?.state).toBe('executed');
  });
});
