import { failureOf } from '../../kernel/testing/failure-of.js';
import { ignored, md5, pipeline, withYaml } from './testing/pipeline.js';
import { configOf, planOf, stageYaml } from './testing/plan-of.js';
import type { Files } from './testing/plan-of.js';

describe('what an import makes of a stage', () => {
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
});
