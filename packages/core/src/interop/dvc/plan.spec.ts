import fc from 'fast-check';

import { failureOf } from '../../kernel/testing/failure-of.js';
import { parseMlYaml } from '../../manifest/index.js';
import { ignored, pipeline } from './testing/pipeline.js';
import { configOf, planOf, stageYaml } from './testing/plan-of.js';

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
