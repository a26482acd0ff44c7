import { md5Of, memoryBytes } from '../testing/memory-bytes.js';
import { planOf } from '../testing/plan-of.js';
import type { Files } from '../testing/plan-of.js';
import type { LockCheck } from './check.js';

const out = (path: string, text: string) =>
  `    - path: ${path}\n      hash: md5\n      md5: ${md5Of(text)}\n`;

/** A pipeline in the state in which `dvc repro` left it. */
const reproduced: Files = {
  'raw.csv': 'rows',
  'raw.csv.dvc': `outs:\n- md5: ${md5Of('rows')}\n  hash: md5\n  path: raw.csv\n`,
  'run.py': 'code',
  'params.yaml': 'train: { alpha: 0.5, n: 1 }\nother: 1\n',
  'clean.csv': 'clean',
  'model.pkl': 'model',
  'dvc.yaml': `stages:
  prepare:
    cmd: python run.py raw.csv
    deps: [raw.csv, run.py]
    outs: [clean.csv]
  train:
    cmd:
      - python run.py \${train.alpha}
      - echo done
    deps: [clean.csv, run.py]
    params: [train.alpha]
    outs: [model.pkl]
`,
  'dvc.lock': `schema: '2.0'
stages:
  prepare:
    cmd: python run.py raw.csv
    deps:
${out('raw.csv', 'rows')}${out('run.py', 'code')}    outs:
${out('clean.csv', 'clean')}  train:
    cmd:
    - python run.py 0.5
    - echo done
    deps:
${out('clean.csv', 'clean')}${out('run.py', 'code')}    params:
      params.yaml:
        train.alpha: 0.5
    outs:
${out('model.pkl', 'model')}`,
};

const checkOf = (files: Files, cached: readonly string[] = []): LockCheck =>
  planOf(files, { bytes: memoryBytes(files, cached), ignored: ['raw.csv', 'clean.csv', 'model.pkl'] }).lock;
const without = (...paths: readonly string[]): Files =>
  Object.fromEntries(Object.entries(reproduced).filter(([path]) => !paths.includes(path)));
const edited = (path: string, from: string, to: string): Files => {
  const text = (reproduced[path] ?? '').replace(from, to);
  if (text === reproduced[path]) throw new Error(`"${from}" is not in ${path}`);
  return { ...reproduced, [path]: text };
};
const differencesOf = (files: Files, stage = 'train') =>
  checkOf(files).stages.find(({ name }) => name === stage)?.differences;

describe('dvc.lock beside the workspace', () => {
  it('tells which stages are as DVC left them', () => {
    expect(checkOf(reproduced)).toEqual({
      stages: [
        { name: 'prepare', differences: [], outs: [{ path: 'clean.csv', state: 'same' }] },
        { name: 'train', differences: [], outs: [{ path: 'model.pkl', state: 'same' }] },
      ],
      missing: [],
      unreadable: [],
    });
  });

  it('tells outputs that are not there, or others', () => {
    const files = { ...without('model.pkl'), 'clean.csv': 'edited' };
    expect(checkOf(files).stages).toMatchObject([
      { differences: [], outs: [{ path: 'clean.csv', state: 'other' }] },
      {
        differences: [{ kind: 'dependency', path: 'clean.csv' }],
        outs: [{ path: 'model.pkl', state: 'absent' }],
      },
    ]);
  });

  it('knows nothing of an output that was recorded without an MD5 sum', () => {
    const files = edited('dvc.lock', `      md5: ${md5Of('model')}\n`, '');
    expect(checkOf(files).stages[1]?.outs).toEqual([{ path: 'model.pkl', state: 'unknown' }]);
  });

  it.each<[string, Files, readonly object[]]>([
    [
      'a parameter',
      edited('params.yaml', 'alpha: 0.5', 'alpha: 1'),
      [
        { kind: 'parameter', file: 'params.yaml', name: 'train.alpha', recorded: 0.5, now: 1 },
        { kind: 'command' },
      ],
    ],
    ['a parameter that it does not list', edited('params.yaml', 'n: 1', 'n: 2'), []],
    ['the command', edited('dvc.yaml', 'echo done', 'echo Done'), [{ kind: 'command' }]],
    ['white space around a command', edited('dvc.yaml', '- echo done', '-   echo done  '), []],
    [
      'a script',
      { ...reproduced, 'run.py': 'other' },
      [{ kind: 'dependency', path: 'run.py', isNew: false }],
    ],
    [
      'a new dependency',
      { ...edited('dvc.yaml', '[clean.csv, run.py]', '[clean.csv, run.py, lib.py]'), 'lib.py': '' },
      [{ kind: 'dependency', path: 'lib.py', isNew: true }],
    ],
    ['a dependency less', edited('dvc.yaml', '[clean.csv, run.py]', '[clean.csv]'), []],
    [
      'a new output',
      edited('dvc.yaml', '[model.pkl]', '[model.pkl, log.txt]'),
      [{ kind: 'new-output', path: 'log.txt' }],
    ],
    [
      'a new parameter',
      edited('dvc.yaml', '[train.alpha]', '[train.alpha, other]'),
      [{ kind: 'parameter', file: 'params.yaml', name: 'other', recorded: undefined, now: 1 }],
    ],
    [
      'always_changed',
      edited('dvc.yaml', '    params: [', '    always_changed: true\n    params: ['),
      [{ kind: 'always' }],
    ],
    ['a stage that never ran', edited('dvc.lock', '  train:', '  trained:'), [{ kind: 'never-ran' }]],
    [
      'an entry of a stage that is gone',
      edited('dvc.lock', 'stages:\n', 'stages:\n  gone:\n    cmd: x\n'),
      [],
    ],
  ])('after a change of %s tells why DVC would run the stage too', (_, files, expected) => {
    expect(differencesOf(files)).toEqual(expected);
  });

  it('compares what a .dvc file names, whatever lies in the workspace', () => {
    expect(differencesOf({ ...reproduced, 'raw.csv': 'edited' }, 'prepare')).toEqual([]);
    const pointed = edited('raw.csv.dvc', md5Of('rows'), md5Of('new rows'));
    expect(differencesOf(pointed, 'prepare')).toEqual([
      { kind: 'dependency', path: 'raw.csv', isNew: false },
    ]);
  });

  it('takes 1.0, which JSON has as 1, for the same in commands and values', () => {
    const yaml = edited('params.yaml', '0.5', '1.0');
    const lock = (reproduced['dvc.lock'] ?? '')
      .replace('run.py 0.5', 'run.py 1.0')
      .replace('alpha: 0.5', 'alpha: 1.0');
    expect(differencesOf({ ...yaml, 'dvc.lock': lock })).toEqual([]);
  });

  it('compares params files that are listed whole name by name, less what JSON cannot hold', () => {
    const files = {
      'run.py': '',
      'p.py': 'A = 1\nB = {1}\nclass T:\n  c = (1, 2)\n  d = {2}\n',
      'dvc.yaml': 'stages:\n  s:\n    cmd: x\n    params: [{ p.py: null }]\n    outs: [o]\n',
      'dvc.lock': `schema: '2.0'\nstages:\n  s:\n    cmd: x\n    params:\n      p.py: { A: 2, B: [1], T: { c: [1, 2], d: [2] }, Z: 3 }\n    outs:\n${out('o', '')}`,
    };
    expect(differencesOf(files, 's')).toMatchObject([
      { name: 'A', recorded: 2, now: 1 },
      { name: 'Z', recorded: 3, now: undefined },
    ]);
  });

  it('resolves its paths by the working folder of the stage', () => {
    const files = {
      'app/sub/run.py': 'code',
      'app/params.yaml': 'a: 1\n',
      'app/o': 'o',
      'app/dvc.yaml': JSON.stringify({
        stages: {
          s: {
            cmd: 'x',
            wdir: 'sub',
            deps: ['run.py'],
            params: [{ '../params.yaml': ['a'] }],
            outs: ['../o'],
          },
        },
      }),
      'app/dvc.lock': `schema: '2.0'\nstages:\n  s:\n    cmd: x\n    deps:\n${out('run.py', 'code')}    params:\n      ../params.yaml:\n        a: 1\n    outs:\n${out('../o', 'o')}`,
    };
    expect(checkOf(files).stages).toEqual([
      { name: 's', differences: [], outs: [{ path: 'app/o', state: 'same' }] },
    ]);
  });

  it('names data that must be brought first, of .dvc files and of frozen stages', () => {
    const frozen = (reproduced['dvc.yaml'] ?? '').replace(
      '    outs: [clean.csv]',
      '    outs: [clean.csv]\n    frozen: true',
    );
    const files = { ...without('raw.csv', 'clean.csv', 'model.pkl'), 'dvc.yaml': frozen };
    expect(checkOf(files).missing).toEqual([
      { path: 'raw.csv', address: 'raw.csv.dvc' },
      { path: 'clean.csv', address: 'prepare' },
    ]);
    expect(checkOf(files).stages.map(({ name }) => name)).toEqual(['train']);
    expect(checkOf(files, [md5Of('rows'), md5Of('clean')]).missing).toEqual([]);
  });

  it('reads no params file that is a dependency as well, which counts whole', () => {
    const yaml = edited('dvc.yaml', '[clean.csv, run.py]', '[clean.csv, run.py, p.json]')['dvc.yaml'] ?? '';
    const files = {
      ...reproduced,
      'dvc.yaml': yaml.replace('[train.alpha]', '[train.alpha, { p.json: [x] }]'),
      'p.json': '{ malformed',
    };
    expect(differencesOf(files)).toEqual([{ kind: 'dependency', path: 'p.json', isNew: true }]);
  });

  it('says nothing where there is no dvc.lock', () => {
    expect(checkOf(without('dvc.lock'))).toEqual({ stages: [], missing: [], unreadable: [] });
  });

  it.each([
    ['damaged', '<<<<<<< HEAD\nstages:\n', /^dvc\.lock:1:/],
    ['of DVC 1', 'prepare:\n  cmd: x\n', /^dvc\.lock:.* 2\.0/],
    [
      'with a path that leads out',
      edited('dvc.lock', 'path: clean.csv', 'path: ../x')['dvc.lock'] ?? '',
      /leaves the workspace/,
    ],
    ['with a wrong sum', edited('dvc.lock', md5Of('model'), 'abc')['dvc.lock'] ?? '', /MD5/],
    ['that is no text', '\uFFFD', /not text in UTF-8/],
  ])('that is %s is told, and the import goes on', (_, lock, message) => {
    const plan = planOf(
      { ...reproduced, 'dvc.lock': lock },
      { ignored: ['raw.csv', 'clean.csv', 'model.pkl'] },
    );
    expect(plan.projects).toHaveLength(3);
    expect(plan.lock.unreadable).toEqual([expect.stringMatching(message)]);
  });
});
