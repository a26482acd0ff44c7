import fc from 'fast-check';

import { failureOf } from '../../kernel/testing/failure-of.js';
import { parseMlYaml } from '../../manifest/index.js';
import { configOf, planOf, stageYaml } from './testing/plan-of.js';
import type { Files } from './testing/plan-of.js';

const md5 = '22a1a2931c8370d3aeedd7183606fd7f';
const pointer = (path: string) => `outs:\n- md5: ${md5}\n  hash: md5\n  path: ${path}\n`;

/** A pipeline from data to an evaluated model, over which a spec lays what it is about. */
const pipeline: Files = {
  'data/raw.csv.dvc': pointer('raw.csv'),
  'src/prepare.py': 'import util\n',
  'src/util.py': '',
  'src/train.py': 'import sklearn\n',
  'src/evaluate.py': '',
  'params.yaml': 'prepare: { split: 0.2, seed: 1 }\ntrain: { lr: 0.1, epochs: 3 }\n',
  'dvc.yaml': `stages:
  prepare:
    cmd: python src/prepare.py data/raw.csv
    deps: [data/raw.csv, src/prepare.py]
    params: [prepare.split]
    outs: [data/prepared]
  train:
    cmd: python src/train.py
    deps: [src/train.py, data/prepared]
    params: [train]
    outs: [model.pkl]
  evaluate:
    cmd: python src/evaluate.py model.pkl data/prepared
    deps: [src/evaluate.py, model.pkl, data/prepared]
    metrics: [{ metrics.json: { cache: false } }]
    plots: [roc.csv]
`,
};
const ignored = ['data/raw.csv', 'data/prepared', 'model.pkl'];

const withYaml = (from: string, to: string): Files => {
  const text = (pipeline['dvc.yaml'] ?? '').replace(from, to);
  if (text === pipeline['dvc.yaml']) throw new Error(`"${from}" is not in dvc.yaml`);
  return { ...pipeline, 'dvc.yaml': text };
};

describe('the plan of an import', () => {
  it('makes datasets of data and of stages before the model, and one project of a model and its evaluation', () => {
    const plan = planOf(pipeline, { ignored });
    expect(
      plan.projects.map(({ name, root, origins, targets }) => ({ name, root, origins, targets })),
    ).toEqual([
      { name: 'raw-csv', root: 'ml/raw-csv', origins: ['data/raw.csv.dvc'], targets: ['data'] },
      { name: 'prepare', root: 'ml/prepare', origins: ['prepare'], targets: ['data'] },
      { name: 'train', root: 'ml/train', origins: ['train', 'evaluate'], targets: ['train', 'evaluate'] },
    ]);
    expect(plan.notes).toEqual([]);
  });

  it('puts the run’s every input into ml.yaml: data by pointer, code with what it imports, listed parameters', () => {
    const plan = planOf(pipeline, { ignored });
    expect(configOf(plan, 'raw-csv')).toMatchObject({
      code: ['../../data/raw.csv.dvc'],
      prepare: { command: 'nx-ml-dvc data data/raw.csv.dvc' },
    });
    expect(configOf(plan, 'prepare')).toMatchObject({
      data: ['raw-csv'],
      params: { prepare: { split: 0.2 } },
      code: ['../../src/prepare.py', '../../src/util.py'],
      prepare: {
        command: [
          'dir=$(nx-ml-dvc open --params params.yaml --out data/prepared) &&',
          '(cd "$dir"; python src/prepare.py data/raw.csv) &&',
          'nx-ml-dvc close',
        ].join('\n'),
      },
    });
    expect(configOf(plan, 'train')).toMatchObject({
      data: ['prepare'],
      train: { params: { train: { lr: 0.1, epochs: 3 } }, code: ['../../src/train.py'], metrics: 'optional' },
      evaluate: { code: ['../../src/evaluate.py'] },
    });
    // Neither step's parameters are the other's, so that they retrain nothing.
    expect(configOf(plan, 'train')).not.toHaveProperty('params');
    expect(configOf(plan, 'train')['evaluate']).not.toHaveProperty('params');
  });

  it('is the same for the same files, whatever the order in which folders are listed, and imports of it change nothing', () => {
    const plan = planOf(pipeline, { ignored });
    const files = Object.fromEntries(plan.projects.map(({ root, text }) => [`${root}/ml.yaml`, text]));
    const projects = plan.projects.map(({ name, root }) => ({ name, root }));
    expect(planOf({ ...files, ...pipeline }, { ignored, projects })).toEqual(plan);
    expect(planOf(Object.fromEntries(Object.entries(pipeline).reverse()), { ignored })).toEqual(plan);
  });

  it('gives ml.yaml files that are valid', () => {
    for (const { root, text } of planOf(pipeline, { ignored }).projects)
      expect(parseMlYaml(text, `${root}/ml.yaml`)).toMatchObject({ ok: true });
  });

  it.each<[string, Files, string[]]>([
    [
      'reads more than the training did',
      withYaml('model.pkl, data/prepared]', 'model.pkl, data/prepared, data/raw.csv]'),
      ['train', 'evaluate'],
    ],
    [
      'is read by another stage',
      withYaml(
        'stages:\n',
        'stages:\n  report:\n    cmd: cat metrics.json > r\n    deps: [metrics.json]\n    outs: [r]\n',
      ),
      ['train', 'evaluate', 'report'],
    ],
    [
      'writes no metrics',
      withYaml('metrics: [{ metrics.json: { cache: false } }]', 'outs: [report.html]'),
      ['train', 'evaluate'],
    ],
  ])('an evaluation that %s is a model of its own', (_, files, models) => {
    const plan = planOf(files, { ignored });
    const names = plan.projects.filter(({ targets }) => targets[0] === 'train').map(({ name }) => name);
    expect(names).toEqual(models);
    expect(configOf(plan, 'evaluate')).toMatchObject({
      models: ['train'],
      data: expect.arrayContaining(['prepare']) as unknown,
    });
  });

  it('names a stage once, however many of its outputs are read', () => {
    const files = withYaml('outs: [data/prepared]', 'outs: [data/a.csv, data/b.csv]');
    const both = (files['dvc.yaml'] ?? '').replaceAll('data/prepared]', 'data/a.csv, data/b.csv]');
    const plan = planOf({ ...files, 'dvc.yaml': both }, { ignored });
    expect(configOf(plan, 'train')['data']).toEqual(['prepare']);
    expect(configOf(plan, 'train')).toHaveProperty('evaluate');
  });

  it('takes metrics that are named beside the stages, in the folder that a stage makes', () => {
    const files = withYaml(
      'metrics: [{ metrics.json: { cache: false } }]\n    plots: [roc.csv]',
      'outs: [eval]\nmetrics: [eval/metrics.json, other.json]',
    );
    const plan = planOf(files, { ignored });
    expect(configOf(plan, 'train')['evaluate']).toMatchObject({
      command: expect.stringContaining('open --out eval --metrics eval/metrics.json)') as unknown,
    });
    expect(plan.notes).toMatchObject([{ what: 'the metrics file other.json' }]);
  });

  it.each<[string, string, string]>([
    ['outs: [model.pkl]', 'outs: [clf.pkl]', 'model'], // by the name of the stage
    ['  train:', '  net:', 'model'], // by its output
    ['outs: [model.pkl]', 'outs: [net.onnx]', 'model'],
  ])('sees a model after %j became %j', (from, to, kind) => {
    const files = withYaml(from, to);
    const plan = planOf({ ...files, 'clf.pkl': '', 'net.onnx': '', 'model.pkl': '' }, {});
    const owner = plan.projects.find(({ origins }) => origins.includes('train') || origins.includes('net'));
    expect(configOf(plan, owner?.name ?? '')['kind']).toBe(kind);
  });

  it('follows `artifacts` and the user where names do not tell', () => {
    const files = { 'run.py': '', 'dvc.yaml': stageYaml('fuse') };
    const kindOf = (more: Files, options = {}) =>
      configOf(planOf({ ...files, ...more }, options), 'fuse')['kind'];
    expect(kindOf({})).toBe('dataset');
    expect(kindOf({}, { models: ['fuse'] })).toBe('model');
    const artifacts = { net: { path: 'out.txt', type: 'model' } };
    const yaml = JSON.stringify({ ...(JSON.parse(stageYaml('fuse')) as object), artifacts });
    expect(kindOf({ 'dvc.yaml': yaml })).toBe('model');
    expect(kindOf({ 'dvc.yaml': yaml }, { datasets: ['fuse'] })).toBe('dataset');
    expect(failureOf(() => planOf(files, { models: ['fuze'] })).code).toBe('ERR_ML_USAGE');
    expect(failureOf(() => planOf(pipeline, { ignored, datasets: ['evaluate'] })).code).toBe('ERR_ML_USAGE');
  });

  it('gives a frozen stage as the data that dvc.lock names', () => {
    const lock = `schema: '2.0'\nstages:\n  prepare:\n    cmd: x\n    outs: [{ path: data/prepared, md5: ${md5}.dir }]\n`;
    const files = withYaml('outs: [data/prepared]', 'outs: [data/prepared]\n    frozen: true');
    expect(configOf(planOf({ ...files, 'dvc.lock': lock }, { ignored }), 'prepare')).toMatchObject({
      code: ['../../dvc.lock'],
      prepare: { command: 'nx-ml-dvc data dvc.lock --stage prepare' },
    });
    expect(failureOf(() => planOf(files, { ignored })).message).toContain(
      'dvc.lock does not say what it made',
    );
  });

  it('resolves paths and parameters by wdir, and globs for folders leave out what stages make', () => {
    const files = {
      'app/dvc.yaml': JSON.stringify({
        stages: {
          make: { cmd: 'make', wdir: 'src', deps: ['.'], params: ['a'], outs: ['gen'] },
        },
      }),
      'app/src/params.yaml': 'a: 1\nb: 2\n',
      'app/src/Makefile': '',
    };
    expect(failureOf(() => planOf(files)).code).toBe('ERR_ML_GRAPH_CYCLE'); // it would read its own output
    const yaml = files['app/dvc.yaml'].replace('"gen"', '"../gen"');
    expect(configOf(planOf({ ...files, 'app/dvc.yaml': yaml }, { folder: 'app' }), 'make')).toMatchObject({
      code: ['../../src/**/*', '!../../src/**/__pycache__/**'],
      prepare: { command: expect.stringContaining('open --folder app/src --out app/gen)') as unknown },
    });
  });

  it('lists the files that a command names, from its working folder, less params files and what stages make', () => {
    const keys = { cmd: 'python ../lib/run.py -m params.yaml out.txt', wdir: 'app', deps: [], params: ['a'] };
    const files = {
      'lib/run.py': 'import part\n',
      'lib/part.py': '',
      'app/params.yaml': 'a: 1\n',
      'app/out.txt': '',
      'dvc.yaml': stageYaml('s', keys),
    };
    expect(configOf(planOf(files), 's')['code']).toEqual(['../../lib/part.py', '../../lib/run.py']);
  });

  it('follows imports from the folder of the DVC project, as scripts that are started there do', () => {
    const files = {
      'app/src/run.py': 'import sys\nsys.path.append(".")\nfrom src.lib.load import load\n',
      'app/src/lib/load.py': 'import pandas\n',
      'app/dvc.yaml': stageYaml('s', { cmd: 'python src/run.py', deps: ['src/run.py'] }),
    };
    const plan = planOf(files, { folder: 'app' });
    expect(configOf(plan, 's')['code']).toEqual(['../../src/lib/load.py', '../../src/run.py']);
    expect(plan.notes).toMatchObject([{ what: expect.stringContaining('app/src/run.py:2') as unknown }]);
  });

  it('takes along the package.json that tells Node how to load a script', () => {
    const files = { 'src/run.js': '', 'src/package.json': '{"type":"module"}', 'package.json': '{}' };
    const yaml = stageYaml('s', { cmd: 'node src/run.js', deps: ['src/run.js'] });
    expect(configOf(planOf({ ...files, 'dvc.yaml': yaml }), 's')['code']).toEqual([
      '../../src/package.json',
      '../../src/run.js',
    ]);
  });

  it('tells parameters of several files apart, and counts whole what single values cannot be taken from', () => {
    const params = [
      'lr',
      { 'conf.json': ['n.m'] },
      { 'all.yaml': null },
      { 'p.toml': ['x'] },
      { 'p.ini': ['y'] },
    ];
    const files = {
      'run.py': '',
      'dvc.yaml': stageYaml('s', { params }),
      'params.yaml': 'lr: 1\nother: 2\n',
      'conf.json': '{"n": {"m": 1, "k": 2}}',
      'all.yaml': 'a: 1\n',
      'p.toml': 'x = 1\nz = 2\n',
      'p.ini': 'y = 1\n',
    };
    const plan = planOf(files);
    expect(configOf(plan, 's')).toMatchObject({
      params: {
        'params.yaml': { lr: 1 },
        'conf.json': { n: { m: 1 } },
        'all.yaml': { a: 1 },
        'p.toml': { x: 1 },
      },
      code: ['../../run.py', '../../p.ini'],
    });
    expect(plan.notes).toMatchObject([{ where: 's', what: 'the choice of single parameters in p.ini' }]);
  });

  it('tells what has no counterpart, and drops nothing silently', () => {
    const yaml = JSON.stringify({
      stages: {
        s: {
          cmd: 'source env && python run.py',
          deps: ['run.py'],
          outs: [{ o: { persist: true, remote: 'r', push: false } }],
          plots: [{ 'p.csv': { template: 'linear' } }],
          metrics: ['m.toml'],
          always_changed: true,
          meta: { owner: 'x' },
        },
        hello: { cmd: 'echo hello' },
      },
      plots: [{ roc: { y: 'p.csv' } }],
      params: ['more.yaml'],
      artifacts: { a: { path: 'o' } },
      datasets: [{ type: 'dvc' }],
    });
    const plan = planOf({ 'run.py': 'import importlib\nimportlib.import_module(name)\n', 'dvc.yaml': yaml });
    expect(plan.notes.map(({ where, what }) => `${where}: ${what}`)).toEqual([
      's: always_changed',
      's: meta',
      's: persist of o',
      's: remote, push of o',
      's: template of p.csv',
      's: the metrics in m.toml',
      's: the shell of: source env && python run.py',
      's: what run.py:2 loads: importlib.import_module(name)',
      'hello: the whole stage: it has no outs, metrics or plots',
      'dvc.yaml: the plot definition roc',
      'dvc.yaml: the list of params files: more.yaml',
      'dvc.yaml: the entry a of the model registry',
      'dvc.yaml: `datasets`',
    ]);
  });

  it('names stages of several files apart, and refuses a name that another project has', () => {
    const files = {
      'a/run.py': '',
      'b/run.py': '',
      'a/dvc.yaml': stageYaml('s'),
      'b/dvc.yaml': stageYaml('s'),
    };
    expect(planOf(files).projects.map(({ name }) => name)).toEqual(['a-s', 'b-s']);
    const projects = [{ name: 'a-s', root: 'libs/a-s' }];
    expect(failureOf(() => planOf(files, { projects }))).toMatchObject({
      code: 'ERR_ML_DVC_INVALID',
      fix: expect.stringContaining('--prefix') as unknown,
    });
    expect(planOf(files, { projects, prefix: 'x-' }).projects[0]?.name).toBe('x-a-s');
  });

  it('of stages with any names, values and paths is valid, or refused with a code', () => {
    const word = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' });
    fc.assert(
      fc.property(word, word, word, (name, out, value) => {
        const files = {
          'run.py': '',
          'params.yaml': JSON.stringify({ value }),
          'dvc.yaml': stageYaml(name, { cmd: 'run "${value}"', outs: [out], params: ['value'] }),
        };
        let plan;
        try {
          plan = planOf(files);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_ML_/) as unknown });
          return;
        }
        for (const { root, text } of plan.projects)
          expect(parseMlYaml(text, `${root}/ml.yaml`)).toMatchObject({ ok: true });
      }),
    );
  });
});

describe('an import is refused, with the place', () => {
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'an unknown key',
      { depz: [] },
      'ERR_ML_DVC_INVALID',
      /^dvc\.yaml:\d+:\d+ `depz` is no key of the stage s: did you mean `deps`\?/,
    ],
    ['a wrong setting', { outs: [{ o: { cach: true } }] }, 'ERR_ML_DVC_INVALID', /`cach`/],
    ['a template that names nothing', { cmd: 'run ${lr}' }, 'ERR_ML_DVC_INVALID', /\$\{lr\} names nothing/],
    ['a path out', { outs: ['../../out'] }, 'ERR_ML_PATH_UNSAFE', /leaves the workspace/],
    ['a folder out', { wdir: '../..' }, 'ERR_ML_PATH_UNSAFE', /leaves the workspace/],
    ['an absolute dependency', { deps: ['/etc/passwd'] }, 'ERR_ML_PATH_UNSAFE', /absolute/],
    ['a remote dependency', { deps: ['s3://bucket/x'] }, 'ERR_ML_PATH_UNSAFE', /outside the workspace/],
    ['a path that is a glob', { outs: ['*.txt'] }, 'ERR_ML_PATH_UNSAFE', /glob/],
    [
      'a dependency from nowhere',
      { deps: ['gone.csv'] },
      'ERR_ML_DVC_INVALID',
      /gone\.csv, which is neither/,
    ],
    [
      'a parameter that is not there',
      { params: ['x'] },
      'ERR_ML_DVC_INVALID',
      /params\.yaml, which is not there/,
    ],
    ['outputs that overlap', { outs: ['o', 'o/x'] }, 'ERR_ML_DVC_INVALID', /makes o, and/],
    ['a placeholder of nx-ml', { cmd: 'run {seed}' }, 'ERR_ML_DVC_INVALID', /\{seed\}/],
    ['vars that hold templates', { vars: [{ a: '${b}' }] }, 'ERR_ML_DVC_INVALID', /does not fill in there/],
    ['a stage in a circle with itself', { deps: ['o'], outs: ['o'] }, 'ERR_ML_GRAPH_CYCLE', /s → s/],
  ])('for %s', (_, keys, code, message) => {
    const failure = failureOf(() => planOf({ 'run.py': '', 'dvc.yaml': stageYaml('s', keys) }));
    expect({ code: failure.code, message: failure.message }).toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
    });
    expect(failure.fix).not.toBe('');
  });

  it('for a dependency that git ignores and nobody tracks', () => {
    const files = { 'run.py': '', 'big.csv': '', 'dvc.yaml': stageYaml('s', { deps: ['big.csv'] }) };
    expect(failureOf(() => planOf(files, { ignored: ['big.csv'] })).fix).toContain('dvc add big.csv');
  });

  it('for stages in a circle, naming them', () => {
    const stages = {
      a: { cmd: 'x', deps: ['b.txt'], outs: ['a.txt'] },
      b: { cmd: 'x', deps: ['a.txt'], outs: ['b.txt'] },
    };
    const failure = failureOf(() => planOf({ 'dvc.yaml': JSON.stringify({ stages }) }));
    expect(failure).toMatchObject({
      code: 'ERR_ML_GRAPH_CYCLE',
      message: expect.stringContaining('a → b → a') as unknown,
    });
  });

  it('for a YAML bomb, and for a folder without DVC', () => {
    const lines = Array.from(
      { length: 9 },
      (_, i) =>
        `a${String(i + 1)}: &a${String(i + 1)} [${Array(9)
          .fill(`*a${String(i)}`)
          .join(', ')}]`,
    );
    const bomb = `vars:\n  - a0: &a0 [x]\n${lines.map((line) => `    ${line}\n`).join('')}`;
    expect(failureOf(() => planOf({ 'dvc.yaml': bomb })).message).toContain('aliases are expanded more than');
    expect(failureOf(() => planOf({ 'a.txt': '' })).message).toContain('holds no dvc.yaml');
  });
});
