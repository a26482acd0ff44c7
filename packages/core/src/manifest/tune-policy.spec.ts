import { parseMlYaml } from './parse-ml-yaml.js';
import { tunePolicyOf } from './tune-policy.js';
import type { TunePolicy } from './tune-policy.js';

const head = `kind: model
train: { command: node train.mjs, seeds: [3, 1, 2] }
evaluate: { command: node evaluate.mjs }
`;
const space = '{ alpha: { float: [0.001, 10], log: true }, stemmer: [none, porter] }';

function policyOf(tune: string, before = head): TunePolicy | undefined {
  const result = parseMlYaml(`${before}tune: ${tune}\n`, 'ml.yaml');
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('; '));
  return tunePolicyOf(result.config);
}

function problemsOf(tune: string, before = head): readonly string[] {
  const result = parseMlYaml(`${before}tune: ${tune}\n`, 'ml.yaml');
  return result.ok ? [] : result.problems.map(({ message, fix }) => `${message} | ${fix}`);
}

describe('tunePolicyOf', () => {
  it('fills in every default of the shortest form', () => {
    expect(policyOf(`{ space: ${space}, objective: accuracy }`)).toEqual({
      space: {
        parameters: [
          { kind: 'float', name: 'alpha', low: 0.001, high: 10, log: true, when: [] },
          { kind: 'choice', name: 'stemmer', choices: ['none', 'porter'], when: [] },
        ],
      },
      objectives: [{ step: 'evaluate', metric: 'accuracy', split: null, direction: 'maximize' }],
      ...{
        trials: 50,
        minGain: undefined,
        time: undefined,
        cost: undefined,
        parallel: 1,
        seeds: [1],
        allSeeds: [1, 2, 3],
      },
      ...{ sampler: 'tpe', samplerSeed: 0, pruner: 'none', progress: 'accuracy', maxFailures: 5 },
    });
  });

  it('keeps all that is written', () => {
    const text = `{ space: ${space}, objectives: [{ metric: metrics.validation.loss, split: null }, size] }`;
    expect(problemsOf(text).join()).toContain('split');
    expect(
      policyOf(
        `{ space: ${space}, objectives: [{ metric: val.loss, step: train }, latency.p95], trials: 7, minGain: 0.01, budget: { time: 2h, cost: 3 },
           parallel: 2, seeds: [5, 4], sampler: sobol, seed: 9, pruner: { name: asha, metric: val_loss }, maxFailures: 0 }`,
      ),
    ).toMatchObject({
      objectives: [
        { step: 'train', metric: 'val.loss', direction: 'minimize' },
        { step: 'evaluate', metric: 'latency.p95', direction: 'minimize' },
      ],
      ...{
        trials: 7,
        minGain: 0.01,
        time: 7_200_000,
        cost: 3,
        parallel: 2,
        seeds: [4, 5],
        allSeeds: [1, 2, 3, 4, 5],
      },
      ...{ sampler: 'sobol', samplerSeed: 9, pruner: 'asha', progress: 'val_loss', maxFailures: 0 },
    });
  });

  it('is of train where there is no evaluation', () => {
    const before = 'kind: model\ntrain: { command: node train.mjs }\n';
    expect(policyOf(`{ space: ${space}, objective: loss }`, before)?.objectives[0]).toMatchObject({
      step: 'train',
    });
    expect(
      problemsOf(`{ space: ${space}, objective: { metric: accuracy, step: evaluate } }`, before)[0],
    ).toContain('`step: evaluate` without `evaluate`');
  });

  it.each([
    ['metrics.test.accuracy', 'of the test split'],
    ['{ metric: test_loss, step: train, direction: minimize }', 'of the test split'],
    ['{ metric: accuracy, split: test }', 'of the test split'],
    ['{ metric: acuracy, direction: maximize }', 'did you mean `accuracy`?'],
    ['{ metric: metrics.words }', 'whether more or less of `metrics.words` is better'],
    ['{ metric: metrics.loss, split: validation }', '`split` is for measures of predictions'],
  ])('refuses the objective %s with the reason', (objective, reason) => {
    expect(problemsOf(`{ space: ${space}, objective: ${objective} }`).join('\n')).toContain(reason);
  });

  it('does not take latest for a test', () => {
    expect(problemsOf(`{ space: ${space}, objective: { metric: latest.loss, step: train } }`)).toEqual([]);
  });

  it.each([
    [`{ space: ${space} }`, 'needs an `objective`'],
    [`{ space: ${space}, objective: accuracy, objectives: [accuracy] }`, 'two ways to say one thing'],
    ['{ space: { alpha: { flaot: [0, 1] } }, objective: accuracy }', 'alpha.flaot'],
    ['{ space: {}, objective: accuracy }', 'names no parameter'],
    [`{ space: ${space}, objective: accuracy, trials: 0 }`, '`tune.trials` is 0'],
    [`{ space: ${space}, objective: accuracy, sampler: annealing }`, '`tune.sampler`'],
  ])('refuses %s', (tune, reason) => {
    expect(problemsOf(tune).join('\n')).toContain(reason);
  });
});
