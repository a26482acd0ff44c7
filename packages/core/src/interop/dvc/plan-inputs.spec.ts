import { failureOf } from '../../kernel/testing/failure-of.js';
import { ignored, withYaml } from './testing/pipeline.js';
import { configOf, planOf, stageYaml } from './testing/plan-of.js';

describe('the inputs that an import finds', () => {
  it('names a stage once, however many of its outputs are read', () => {
    const files = withYaml('outs: [data/prepared]', 'outs: [data/a.csv, data/b.csv]');
    const both = (files['dvc.yaml'] ?? '').replaceAll('data/prepared]', 'data/a.csv, data/b.csv]');
    const plan = planOf({ ...files, 'dvc.yaml': both }, { ignored });
    expect(configOf(plan, 'train')['data']).toEqual(['prepare']);
    expect(configOf(plan, 'train')).toHaveProperty('evaluate');
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
});
