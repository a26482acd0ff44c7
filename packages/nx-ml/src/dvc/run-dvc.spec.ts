import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { md5Of } from '@nx-ml/core/adapters/foreign-fs';
import { runDvc } from './run-dvc.js';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const cacheName = (text: string, ending = '') => {
  const sum = md5(text);
  return `${sum.slice(0, 2)}/${sum.slice(2)}${ending}`;
};
const pointer = (sum: string, more = '  hash: md5\n') => `outs:\n- md5: '${sum}'\n${more}  path: raw\n`;

describe('nx-ml-dvc', () => {
  let root: string;
  let run: string;
  let notes: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-dvc-')));
    run = join(root, '.nx-ml/runs/r');
    notes = '';
    write({ 'nx.json': '{}' });
    mkdirSync(join(run, 'out'), { recursive: true });
    document('data', {});
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }

  /** The run document that a step's command gets. */
  function document(step: 'data' | 'train' | 'evaluate', params: unknown, inputs: unknown = {}): void {
    const folder = { data: 'data', train: 'model', evaluate: 'files' }[step];
    const outputs = { [folder]: join(run, 'out'), metrics: join(run, 'metrics.json') };
    writeFileSync(join(run, 'run.json'), JSON.stringify({ step, params, inputs, outputs }));
  }

  async function dvc(...args: readonly string[]): Promise<string> {
    let written = '';
    await runDvc(args, {
      write: (text) => (written += text),
      note: (text) => (notes += text),
      cwd: join(root, 'ml/s'),
      runDocument: join(run, 'run.json'),
    });
    return written.trim();
  }

  const filesIn = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  const brought = (path: string) => readFileSync(join(run, 'out', path), 'utf8');

  describe('open', () => {
    beforeEach(() => {
      write({
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
      document('train', { lr: 1e-7 }, { rows: join(root, 'elsewhere/in') });
      const dir = await dvc(
        'open',
        '--folder',
        'app',
        '--params',
        'app/params.yaml',
        '--out',
        'models/m.bin',
      );
      expect(dir).toBe(join(run, 'work/app'));
      expect(filesIn(join(run, 'work'))).toEqual([
        'app/params.yaml',
        'data/rows.csv',
        'src/a.py',
        'src/deep/b.py',
      ]);
      expect(readFileSync(join(run, 'work/app/params.yaml'), 'utf8')).toBe('{\n  "lr": 1.0e-07\n}\n');
      expect(existsSync(join(run, 'work/models'))).toBe(true);
      expect(notes).toContain('sees 2 files under code:; the input rows; app/params.yaml with lr.');
    });

    it('gives each step the code of its own', async () => {
      document('evaluate', {});
      await dvc('open');
      expect(filesIn(join(run, 'work'))).toContain('judge.py');
    });

    it('writes several params files, each with its own values', async () => {
      document('train', { 'params.yaml': { a: 1 }, 'conf/x.json': { b: 2 } });
      await dvc('open', '--params', 'params.yaml', '--params', 'conf/x.json');
      expect(JSON.parse(readFileSync(join(run, 'work/params.yaml'), 'utf8'))).toEqual({ a: 1 });
      expect(JSON.parse(readFileSync(join(run, 'work/conf/x.json'), 'utf8'))).toEqual({ b: 2 });
    });
  });

  it('open writes a params file in the format that its name tells', async () => {
    write({ 'ml/s/ml.yaml': 'kind: dataset\nprepare: { command: x }\n' });
    document('data', {
      'p.toml': { net: { lr: 0.5 } },
      'src/p.py': { Net: { lr: 0.5, sizes: { a: 1 } }, D: {} },
    });
    await dvc('open', '--params', 'p.toml', '--params', 'src/p.py', '--class', 'src/p.py:Net');
    expect(readFileSync(join(run, 'work/p.toml'), 'utf8')).toBe('[net]\nlr = 0.5\n');
    expect(readFileSync(join(run, 'work/src/p.py'), 'utf8')).toBe(
      'class Net:\n    lr = 0.5\n    sizes = {"a": 1}\nD = {}\n',
    );
  });

  describe('close', () => {
    beforeEach(() => {
      write({ 'ml/s/ml.yaml': 'kind: dataset\nprepare: { command: x }\n' });
    });

    const leave = (files: Readonly<Record<string, string>>) => {
      write(
        Object.fromEntries(Object.entries(files).map(([path, text]) => [`.nx-ml/runs/r/work/${path}`, text])),
      );
    };

    it('moves outputs to their paths and reads metrics, also those within an output', async () => {
      await dvc('open', '--out', 'eval', '--metrics', 'eval/m.json', '--metrics', 'n.yaml');
      leave({
        'eval/m.json': '{"a": 1, "b": "x"}',
        'eval/plots/p.csv': 'p',
        'n.yaml': 'c: 2\n',
        'left.txt': '',
      });
      await dvc('close');
      expect(filesIn(join(run, 'out'))).toEqual(['eval/m.json', 'eval/plots/p.csv', 'n.yaml']);
      expect(JSON.parse(readFileSync(join(run, 'metrics.json'), 'utf8'))).toEqual({
        'eval.m': { a: 1 },
        n: { c: 2 },
      });
      expect(notes).toContain('\nb is no number, and stands in the file alone\n');
    });

    it('names all that the stage did not write, and moves nothing', async () => {
      await dvc('open', '--out', 'a', '--out', 'b', '--out', 'c');
      leave({ 'b/x': '' });
      await expect(dvc('close')).rejects.toThrow(
        expect.objectContaining({
          code: 'ERR_ML_OUTPUT_MISSING',
          message: expect.stringContaining('wrote no a, c') as string,
        }) as Error,
      );
      expect(filesIn(join(run, 'out'))).toEqual([]);
    });
  });

  describe('data', () => {
    const missing = expect.objectContaining({
      code: 'ERR_ML_DATA_MISSING',
      fix: expect.stringContaining('dvc pull data/raw.dvc') as string,
    }) as Error;

    it.each([
      ['the workspace', 'data/raw'],
      ['the cache of DVC 3', `.dvc/cache/files/md5/${cacheName('bytes')}`],
      ['the cache of DVC 2', `.dvc/cache/${cacheName('bytes')}`],
      ['a cache that the configuration names', `../elsewhere/${cacheName('bytes')}`],
    ])('comes from %s', async (_, path) => {
      const elsewhere = path.startsWith('..');
      const cache = join(root, 'cache');
      write({
        '.dvc/config': elsewhere ? `[cache]\n    dir = ${cache}\n` : '',
        'data/raw.dvc': pointer(md5('bytes')),
      });
      write({ [elsewhere ? `cache/${cacheName('bytes')}` : path]: 'bytes' });
      await dvc('data', 'data/raw.dvc');
      expect(brought('data/raw')).toBe('bytes');
    });

    it('comes from the cache where the workspace has other bytes, and never damaged', async () => {
      write({ '.dvc/config': '', 'data/raw.dvc': pointer(md5('bytes')), 'data/raw': 'edited' });
      await expect(dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
      write({ [`.dvc/cache/files/md5/${cacheName('bytes')}`]: 'damaged' });
      await expect(dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
      expect(filesIn(join(run, 'out'))).toEqual([]);
      write({ [`.dvc/cache/${cacheName('bytes')}`]: 'bytes' });
      await dvc('data', 'data/raw.dvc');
      expect(brought('data/raw')).toBe('bytes');
    });

    it('of DVC 2 may have been hashed with other line ends', async () => {
      write({ 'data/raw': 'a\r\nb\r\n', 'data/raw.dvc': pointer(md5('a\nb\n'), '') });
      await dvc('data', 'data/raw.dvc');
      expect(brought('data/raw')).toBe('a\r\nb\r\n');
      write({ 'data/raw.dvc': pointer(md5('a\nb\n')) });
      await expect(dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
    });

    it('of a folder comes file by file, from wherever each is', async () => {
      const list = `[{"md5": "${md5('1')}", "relpath": "a.txt"}, {"md5": "${md5('2')}", "relpath": "é/b.txt"}]`;
      const ascii = list.replace('é', '\\u00e9');
      write({ 'data/raw.dvc': pointer(`${md5(ascii)}.dir`), 'data/raw/a.txt': '1', '.dvc/config': '' });
      await expect(dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
      write({ 'data/raw/é/b.txt': '2' }); // as it was added: no list is needed
      await dvc('data', 'data/raw.dvc');
      expect(filesIn(join(run, 'out'))).toEqual(['data/raw/a.txt', 'data/raw/é/b.txt']);
      rmSync(join(root, 'data/raw/é'), { recursive: true });
      write({
        [`.dvc/cache/files/md5/${cacheName(ascii, '.dir')}`]: ascii,
        [`.dvc/cache/files/md5/${cacheName('2')}`]: '2',
      });
      await dvc('data', 'data/raw.dvc');
      expect(brought('data/raw/é/b.txt')).toBe('2');
    });

    it('of a folder whose list leads out of it is refused', async () => {
      const list = `[{"md5": "${md5('1')}", "relpath": "../../../x"}]`;
      write({
        '.dvc/config': '',
        'data/raw.dvc': pointer(`${md5(list)}.dir`),
        [`.dvc/cache/files/md5/${cacheName(list, '.dir')}`]: list,
        [`.dvc/cache/files/md5/${cacheName('1')}`]: '1',
      });
      await expect(dvc('data', 'data/raw.dvc')).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_ML_PATH_UNSAFE' }) as Error,
      );
      expect(filesIn(join(run, 'out'))).toEqual([]);
    });

    it('comes from the DVC remote where it is nowhere here, verified', async () => {
      write({
        '.dvc/config': `[core]\n    remote = r\n['remote "r"']\n    url = ../storage\n`,
        'data/raw.dvc': pointer(md5('bytes')),
        [`storage/files/md5/${cacheName('bytes')}`]: 'damaged',
      });
      await expect(dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
      write({ [`storage/files/md5/${cacheName('bytes')}`]: 'bytes' });
      await dvc('data', 'data/raw.dvc');
      expect(brought('data/raw')).toBe('bytes');
    });

    it('of a frozen stage is what dvc.lock names', async () => {
      const lock = `schema: '2.0'\nstages:\n  s:\n    cmd: x\n    outs: [{ path: ../o, hash: md5, md5: '${md5('o')}' }]\n`;
      write({ 'dvc.lock': lock, o: 'o' });
      await dvc('data', 'dvc.lock', '--stage', 's', '--folder', 'src');
      expect(brought('o')).toBe('o');
      await expect(dvc('data', 'dvc.lock', '--stage', 'gone')).rejects.toThrow(
        'says nothing of the stage gone',
      );
    });
  });

  it.each([[['fly']], [['open', 'x']], [['data']], [['data', 'a', 'b']], [['open', '--fast']]])(
    'refuses %j as wrong use',
    async (args) => {
      await expect(dvc(...args)).rejects.toThrow(expect.objectContaining({ code: 'ERR_ML_USAGE' }) as Error);
    },
  );

  it.each([
    ['open', '--out', '../x'],
    ['open', '--folder', '/tmp'],
    ['data', '../x.dvc'],
  ])('refuses paths out of the workspace: %s %s', async (...args) => {
    await expect(dvc(...args)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_ML_PATH_UNSAFE' }) as Error,
    );
  });

  it('tells its verbs, and says where it belongs when it is started by hand', async () => {
    expect(await dvc('--help')).toContain('nx-ml-dvc open');
    const io = { write: () => undefined, note: () => undefined, cwd: root, runDocument: undefined };
    await expect(runDvc(['open'], io)).rejects.toThrow('ML_RUN is not set');
  });

  it('takes MD5 sums in blocks of 1 MiB, as DVC 2 did', () => {
    const half = `${'x'.repeat(1_048_575)}\r`;
    writeFileSync(join(root, 'big'), `${half}\ny\r\n`);
    expect(md5Of(join(root, 'big'))).toEqual({
      bytes: md5(`${half}\ny\r\n`),
      unixLines: md5(`${half}\ny\n`),
    });
  });
});
