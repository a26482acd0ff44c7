import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { md5Of } from '@nx-ml/core/adapters/foreign-fs';
import { runDvc } from './run-dvc.js';
import { DvcStep, failed, md5 } from './testing/dvc-step.js';

describe('nx-ml-dvc', () => {
  let step: DvcStep;

  beforeEach(() => {
    step = new DvcStep();
  });
  afterEach(() => {
    step.remove();
  });

  describe('open', () => {
    beforeEach(() => {
      step.write({
        '.gitignore': '*.log\n',
        'ml/s/ml.yaml':
          'kind: model\ncode: ["../../src/**/*"]\ntrain: { command: x }\nevaluate: { command: x, code: ../../judge.py }\n',
        'src/a.py': 'a',
        'src/deep/b.py': 'b',
        'src/debug.log': 'ignored',
        'judge.py': 'judge',
        'other.py': 'other',
        'elsewhere/in/data/rows.csv': 'rows',
      });
    });

    it('lays out what the run key holds and nothing else', async () => {
      step.document('train', { lr: 1e-7 }, { rows: join(step.root, 'elsewhere/in') });
      const dir = await step.dvc(
        'open',
        '--folder',
        'app',
        '--params',
        'app/params.yaml',
        '--out',
        'models/m.bin',
      );
      expect(dir).toBe(step.inRun('work/app'));
      expect(step.filesIn('work')).toEqual(['app/params.yaml', 'data/rows.csv', 'src/a.py', 'src/deep/b.py']);
      expect(step.read('work/app/params.yaml')).toBe('{\n  "lr": 1.0e-07\n}\n');
      expect(existsSync(step.inRun('work/models'))).toBe(true);
      expect(step.notes).toContain('sees 2 files under code:; the input rows; app/params.yaml with lr.');
    });

    it('gives each step the code of its own', async () => {
      step.document('evaluate', {});
      await step.dvc('open');
      expect(step.filesIn('work')).toContain('judge.py');
    });

    it('writes several params files, each with its own values', async () => {
      step.document('train', { 'params.yaml': { a: 1 }, 'conf/x.json': { b: 2 } });
      await step.dvc('open', '--params', 'params.yaml', '--params', 'conf/x.json');
      expect(JSON.parse(step.read('work/params.yaml'))).toEqual({ a: 1 });
      expect(JSON.parse(step.read('work/conf/x.json'))).toEqual({ b: 2 });
    });
  });

  it('open writes a params file in the format that its name tells', async () => {
    step.write({ 'ml/s/ml.yaml': 'kind: dataset\nprepare: { command: x }\n' });
    step.document('data', {
      'p.toml': { net: { lr: 0.5 } },
      'src/p.py': { Net: { lr: 0.5, sizes: { a: 1 } }, D: {} },
    });
    await step.dvc('open', '--params', 'p.toml', '--params', 'src/p.py', '--class', 'src/p.py:Net');
    expect(step.read('work/p.toml')).toBe('[net]\nlr = 0.5\n');
    expect(step.read('work/src/p.py')).toBe('class Net:\n    lr = 0.5\n    sizes = {"a": 1}\nD = {}\n');
  });

  describe('close', () => {
    beforeEach(() => {
      step.write({ 'ml/s/ml.yaml': 'kind: dataset\nprepare: { command: x }\n' });
    });

    const leave = (files: Readonly<Record<string, string>>) => {
      step.write(
        Object.fromEntries(Object.entries(files).map(([path, text]) => [`.nx-ml/runs/r/work/${path}`, text])),
      );
    };

    it('moves outputs to their paths and reads metrics, also those within an output', async () => {
      await step.dvc('open', '--out', 'eval', '--metrics', 'eval/m.json', '--metrics', 'n.yaml');
      leave({
        'eval/m.json': '{"a": 1, "b": "x"}',
        'eval/plots/p.csv': 'p',
        'n.yaml': 'c: 2\n',
        'left.txt': '',
      });
      await step.dvc('close');
      expect(step.filesIn('out')).toEqual(['eval/m.json', 'eval/plots/p.csv', 'n.yaml']);
      expect(JSON.parse(step.read('metrics.json'))).toEqual({
        'eval.m': { a: 1 },
        n: { c: 2 },
      });
      expect(step.notes).toContain('\nb is no number, and stands in the file alone\n');
    });

    it('names all that the stage did not write, and moves nothing', async () => {
      await step.dvc('open', '--out', 'a', '--out', 'b', '--out', 'c');
      leave({ 'b/x': '' });
      await expect(step.dvc('close')).rejects.toThrow(
        expect.objectContaining({
          code: 'ERR_ML_OUTPUT_MISSING',
          message: expect.stringContaining('wrote no a, c') as string,
        }) as Error,
      );
      expect(step.filesIn('out')).toEqual([]);
    });
  });

  it.each([[['fly']], [['open', 'x']], [['data']], [['data', 'a', 'b']], [['open', '--fast']]])(
    'refuses %j as wrong use',
    async (args) => {
      await expect(step.dvc(...args)).rejects.toThrow(failed('ERR_ML_USAGE'));
    },
  );

  it.each([
    ['open', '--out', '../x'],
    ['open', '--folder', '/tmp'],
    ['data', '../x.dvc'],
  ])('refuses paths out of the workspace: %s %s', async (...args) => {
    await expect(step.dvc(...args)).rejects.toThrow(failed('ERR_ML_PATH_UNSAFE'));
  });

  it('tells its verbs, and says where it belongs when it is started by hand', async () => {
    expect(await step.dvc('--help')).toContain('nx-ml-dvc open');
    const io = { write: () => undefined, note: () => undefined, cwd: step.root, runDocument: undefined };
    await expect(runDvc(['open'], io)).rejects.toThrow('ML_RUN is not set');
  });

  it('takes MD5 sums in blocks of 1 MiB, as DVC 2 did', () => {
    const half = `${'x'.repeat(1_048_575)}\r`;
    writeFileSync(join(step.root, 'big'), `${half}\ny\r\n`);
    expect(md5Of(join(step.root, 'big'))).toEqual({
      bytes: md5(`${half}\ny\r\n`),
      unixLines: md5(`${half}\ny\n`),
    });
  });
});
