import type { MlConfig } from './ml-config.js';
import { parseMlYaml } from './parse-ml-yaml.js';
import { datasetSource, inputsOf, stepsOf } from './steps.js';

function configOf(text: string): MlConfig {
  const result = parseMlYaml(text, 'ml.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

const defaults = {
  params: { values: {} },
  resources: { gpu: 0, memory: 0 },
  environment: { env: [], secrets: [], packages: [] },
  code: [],
  data: {},
  models: {},
};

describe('stepsOf', () => {
  it('fills in the defaults', () => {
    expect(stepsOf(configOf('kind: model\ntrain: { command: node train.mjs }'))).toStrictEqual([
      { ...defaults, step: 'train', command: 'node train.mjs', metricsRequired: true, seeds: [1] },
    ]);
    expect(stepsOf(configOf('kind: dataset\nprepare: { command: node p.mjs }'))).toStrictEqual([
      { ...defaults, step: 'data', command: 'node p.mjs', metricsRequired: false, seeds: [null] },
    ]);
    expect(stepsOf(configOf('kind: service\nmodels: [a]'))).toStrictEqual([]);
  });

  it('lays a step’s own settings over the project’s', () => {
    const text = `kind: model
data: [mails]
models: { emb: '@acme/embeddings' }
params: { alpha: 1, net: { layers: [1, 2], width: 8 } }
code: [shared/**]
environment: { env: [A], secrets: [S], packages: [p], python: python3 }
resources: { gpu: 1, memory: 8GiB }
train:
  command: train
  seeds: [30, 4, 5]
  timeout: 90s
  params: { net: { layers: [3] }, epochs: 3 }
  environment: { env: [B, A], python: python3.11 }
  resources: { memory: 1MB }
  code: 'train/*.txt'
evaluate: { command: evaluate, metrics: optional, resources: { gpu: 0 } }
`;
    const both = { data: { mails: 'mails' }, models: { emb: '@acme/embeddings' }, seeds: [4, 5, 30] };
    expect(stepsOf(configOf(text))).toStrictEqual([
      {
        ...both,
        step: 'train',
        command: 'train',
        timeout: 90_000,
        params: { values: { alpha: 1, net: { layers: [3], width: 8 }, epochs: 3 } },
        environment: { env: ['A', 'B'], secrets: ['S'], packages: ['p'], python: 'python3.11' },
        resources: { gpu: 1, memory: 1_000_000 },
        code: ['shared/**', 'train/*.txt'],
        metricsRequired: true,
      },
      {
        ...both,
        step: 'evaluate',
        command: 'evaluate',
        params: { values: { alpha: 1, net: { layers: [1, 2], width: 8 } } },
        environment: { env: ['A'], secrets: ['S'], packages: ['p'], python: 'python3' },
        resources: { gpu: 0, memory: 2 ** 33 },
        code: ['shared/**'],
        metricsRequired: false,
      },
    ]);
  });

  it('keeps a params file apart from what is laid over it', () => {
    const [train] = stepsOf(
      configOf('kind: model\nparams: ./p.yaml\ntrain: { command: x, params: { epochs: 3 } }'),
    );
    expect(train?.params).toStrictEqual({ file: 'p.yaml', values: { epochs: 3 } });
  });

  it('describes the data step of a dataset that no command prepares, without a command', () => {
    expect(stepsOf(configOf('kind: dataset\nfiles: a.csv'))).toMatchObject([
      { step: 'data', command: '', seeds: [null] },
    ]);
  });
});

describe('datasetSource', () => {
  it.each([
    ['files: ./a.csv', { from: 'files', globs: ['a.csv'] }],
    ['files: [a.csv, "!b.csv"]', { from: 'files', globs: ['a.csv', '!b.csv'] }],
    ['pointer: ./a.ref.json', { from: 'pointer', path: 'a.ref.json' }],
    ['pointer: raw/a.csv.dvc', { from: 'dvc', path: 'raw/a.csv.dvc' }],
    ['hf: org/name@main', { from: 'hf', name: 'org/name@main', globs: ['**/*'] }],
    ['hf: { name: squad@v1, files: a.csv }', { from: 'hf', name: 'squad@v1', globs: ['a.csv'] }],
    ['prepare: { command: node p.mjs }', { from: 'command', command: 'node p.mjs' }],
  ])('%s', (line, source) => {
    const config = configOf(`kind: dataset\n${line}`);
    expect(config.kind === 'dataset' && datasetSource(config)).toEqual(source);
  });
});

it('inputsOf names the entries of a list by themselves', () => {
  expect(inputsOf(['a', '@b/c'])).toEqual({ a: 'a', '@b/c': '@b/c' });
  expect(inputsOf({ x: 'a' })).toEqual({ x: 'a' });
  expect(inputsOf(undefined)).toEqual({});
});
