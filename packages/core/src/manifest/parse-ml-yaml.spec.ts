import fc from 'fast-check';

import { parseMlYaml } from './parse-ml-yaml.js';
import { formatProblem, mlYamlError } from './problem.js';

const file = 'models/spam/ml.yaml';

function problemsOf(text: string): readonly string[] {
  const result = parseMlYaml(text, file);
  return result.ok ? [] : result.problems.map((problem) => formatProblem(problem).replace(`${file}:`, ''));
}

function fixesOf(text: string): readonly string[] {
  const result = parseMlYaml(text, file);
  return result.ok ? [] : result.problems.map((problem) => problem.fix);
}

const model = (rest: string): string => `kind: model\ntrain: { command: node train.mjs }\n${rest}`;

describe('parseMlYaml', () => {
  it('accepts what each kind may hold', () => {
    const full = `kind: model
name: '@acme/spam-filter'
description: Spam or ham
tags: [nlp, 'scope:mail']
data: { mails: spam-mails }
models: [mail-embeddings]
params: { alpha: 1.0, layers: [64, 32], nested: { on: yes } }
code: ['../../legacy/**/*.py', '!**/*.md']
environment: { env: [OMP_NUM_THREADS], secrets: [HF_TOKEN], packages: [lightgbm], python: python3.11 }
resources: { gpu: 1, memory: 8GB }
train:
  command: node train.mjs
  seeds: [1, 2, 3]
  timeout: 2h
  params: { epochs: 3 }
  metrics: required
  resources: { memory: 1024 }
evaluate: { command: node evaluate.mjs, metrics: optional, code: 'extra/*.txt' }
`;
    const accepted = [
      full,
      model('params: params.yaml'),
      model('params: ./config/params.json'),
      'kind: dataset\nfiles: "*.csv"',
      'kind: dataset\nfiles: [a.csv, "!b.csv"]',
      'kind: dataset\npointer: data/mails.ref.json',
      'kind: dataset\nprepare: { command: node prepare.mjs, timeout: 10m }\ndata: [raw-mails]\nparams: { k: 1 }',
      'kind: service\nmodels: { spam: spam-filter }',
    ];
    for (const text of accepted) expect(problemsOf(text)).toEqual([]);
  });

  it('tells all problems at once, in the order of the file', () => {
    const text = `kind: model
data: spam-mails
seeds: [1]
resources: { gpu: 1.5, memory: 8G }
trian:
  command: node train.mjs
evaluate: { command: ' ', timeout: 90 }
`;
    expect(problemsOf(text)).toEqual([
      '2:1 `data` is "spam-mails" and must be a list of project names, or a map from the name that the code uses to a project name',
      '3:1 unknown key `seeds` here: it belongs under `train` or `tune`',
      '4:14 `resources.gpu` is 1.5 and must be a whole number of GPUs, 0 or more',
      '4:24 `resources.memory` is "8G" and must be a whole number of bytes, or a number with its unit: 512MB, 8GB (10^9), 8GiB (2^30)',
      '5:1 unknown key `trian`: did you mean `train`?',
      '7:13 `evaluate.command` is " " and must be a command line, as you would type it in the project’s folder',
      '7:27 `evaluate.timeout` is 90 and must be a time with its unit, s, m, h or d, of at most 24d: 90s, 30m, 2h, 1d',
    ]);
    expect(fixesOf(text)).toEqual([
      'Write `data: [spam-mails]`.',
      'Move it there.',
      'Write for example `gpu: 1`.',
      'Write for example `memory: 8GB`.',
      'Write `train`.',
      'Write for example `command: node train.mjs`.',
      'Write for example `timeout: 2h`.',
    ]);
  });

  it.each([
    ['train: { command: x }', ['1:1 `kind` is missing']],
    [
      'kind: modle\ntrain: { comand: x }',
      [
        '1:1 `kind` is "modle" and must be dataset, model or service: did you mean `model`?',
        '2:10 unknown key `comand`: did you mean `command`?',
      ],
    ],
    ['kind: 3', ['1:1 `kind` is 3 and must be dataset, model or service']],
    ['- kind: model', ['1:1 the file holds a list and must hold a map of keys']],
    ['kind: model', ['1:1 `train` is missing']],
    ['kind: model\ntrain:', ['2:1 `train` is empty and must be a map with at least a command']],
    ['kind: model\ntrain: { timeout: 2h }', ['2:1 `train.command` is missing']],
    ['kind: service', ['1:1 `models` is missing']],
    [
      'kind: service\nmodels: []',
      [
        '2:1 `models` is [] and must be a list of project names, or a map from the name that the code uses to a project name, with at least one entry',
      ],
    ],
    ['kind: service\nmodels: [a, a]', ['2:13 the input name `a` is taken by another entry of `models`']],
    ['kind: service\nmodels: [a]\nserve: {}', ['3:1 unknown key `serve`']],
    ['kind: dataset', ['1:1 a dataset needs one of `files`, `pointer`, `hf` or `prepare`']],
    [
      'kind: dataset\nfiles: a\npointer: a.ref.json',
      ['3:1 a dataset has one source, and `files` is given already'],
    ],
    ['kind: dataset\nfiles: a\ndata: [b]', ['3:1 `data` has no effect without `prepare`']],
    [
      'kind: dataset\nfiles: ../a',
      [
        '2:1 `files` is "../a" and must be a glob, or a list of globs, of files inside the project, with / between folders',
      ],
    ],
    [
      'kind: dataset\npointer: ../a.ref.json',
      [
        '2:1 `pointer` is "../a.ref.json" and must be the name of a .ref.json or .dvc file inside the project',
      ],
    ],
    [model('files: [a]'), ['3:1 unknown key `files` here: it belongs in a file of `kind: dataset`']],
    [model('env: [A]'), ['3:1 unknown key `env` here: it belongs under `environment`']],
    [model('command: x'), ['3:1 unknown key `command` here: it belongs under `train` or `evaluate`']],
    [model('sedes: [1]'), ['3:1 unknown key `sedes`: did you mean `seeds` under `train` or `tune`?']],
    [model('toString: 1\nconstructor: 2'), ['3:1 unknown key `toString`', '4:1 unknown key `constructor`']],
    [model('data: [a]\nmodels: { a: b }'), ['4:11 the input name `a` is taken by another entry of `data`']],
    [
      model('data: { toString: 3 }'),
      [
        '3:9 `data.toString` is 3 and must be the name of a project: letters, digits, @ / . _ -, beginning with a letter, a digit or @',
      ],
    ],
    [model('models: [model]'), ['3:10 the input name `model` is taken by the model that is evaluated']],
    [
      model('data: { 9x: a }'),
      ['3:9 the name `9x` must be a name for the code to use: letters, digits, _ -, beginning with a letter'],
    ],
    [
      model('params: /etc/params.yaml'),
      [
        '3:1 `params` is "/etc/params.yaml" and must be parameters as a map, or the name of a .yaml or .json file inside the project',
      ],
    ],
    [
      model('environment: { env: [A, ML_RUN], secrets: [A] }'),
      ['3:25 `ML_RUN` is set by nx-ml itself', '3:44 `A` is listed under both `env` and `secrets`'],
    ],
    [
      'kind: model\nenvironment: { env: [A] }\ntrain: { command: x, environment: { secrets: [A] } }',
      ['3:47 `A` is listed under both `env` and `secrets`'],
    ],
    [
      'kind: model\ntrain: { command: x, seeds: [1, 1.5] }',
      [
        '2:33 `train.seeds[1]` is 1.5 and must be a list of at least one whole number from 0 to 4294967295, none twice',
      ],
    ],
    [
      'kind: model\ntrain: { command: x, seeds: [] }',
      [
        '2:22 `train.seeds` is [] and must be a list of at least one whole number from 0 to 4294967295, none twice',
      ],
    ],
    [
      'kind: model\ntrain: { command: x, seeds: [1, 1] }',
      ['2:22 `train.seeds` is [1,1] and must be a list that names nothing twice'],
    ],
    [
      'kind: model\ntrain: { command: x, seeds: [4294967296] }',
      [
        '2:30 `train.seeds[0]` is 4294967296 and must be a list of at least one whole number from 0 to 4294967295, none twice',
      ],
    ],
    [
      'kind: model\ntrain: { command: x, timeout: 25d }',
      [
        '2:22 `train.timeout` is "25d" and must be a time with its unit, s, m, h or d, of at most 24d: 90s, 30m, 2h, 1d',
      ],
    ],
    [
      'kind: model\ntrain: { command: x, params: a.yaml }',
      ['2:22 `train.params` is "a.yaml" and must be a map of parameters'],
    ],
    [
      'kind: model\nname: ../x\ntrain: { command: x }',
      [
        '2:1 `name` is "../x" and must be the name of a project: letters, digits, @ / . _ -, beginning with a letter, a digit or @',
      ],
    ],
    [
      'kind: model\nname: a/../../x\ntrain: { command: x }',
      [
        '2:1 `name` is "a/../../x" and must be the name of a project: letters, digits, @ / . _ -, beginning with a letter, a digit or @',
      ],
    ],
  ])('%j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('reports a value that YAML cannot give once, beside what is wrong elsewhere', () => {
    expect(problemsOf('kind: model\nresources: { gpu: .inf }\nfoo: 1\ntrain: { command: x }')).toEqual([
      '2:19 .inf is not a finite number',
      '3:1 unknown key `foo`',
    ]);
  });

  it('places what an alias or merge key brings where it is written', () => {
    expect(problemsOf('kind: model\ntrain: &t { command: x, timeout: 3 }\nevaluate: { <<: *t }')).toEqual([
      '2:25 `train.timeout` is 3 and must be a time with its unit, s, m, h or d, of at most 24d: 90s, 30m, 2h, 1d',
      '2:25 `evaluate.timeout` is 3 and must be a time with its unit, s, m, h or d, of at most 24d: 90s, 30m, 2h, 1d',
    ]);
  });

  it('tells the first 50 problems of a file beyond help', () => {
    const lines = Array.from({ length: 300 }, (_, index) => `unknown${String(index)}: 1`);
    const problems = problemsOf(model(lines.join('\n')));
    expect(problems.length).toBe(50);
    expect([problems[0], problems[49]]).toEqual([
      '3:1 unknown key `unknown0`',
      '52:1 unknown key `unknown49`',
    ]);
  });

  it('separates faults of YAML from faults of content', () => {
    const codes = (text: string): unknown => {
      const result = parseMlYaml(text, file);
      return result.ok ? [] : result.problems.map((problem) => problem.code);
    };
    expect(codes('kind: model\n\ttrain: x')).toEqual(['ERR_ML_CONFIG_SYNTAX']);
    expect(codes(model('tags: [a]\ntags: [b]\nfoo: 1'))).toEqual([
      'ERR_ML_CONFIG_SYNTAX',
      'ERR_ML_CONFIG_INVALID',
    ]);
  });

  it('never throws, and gives at least one problem where it gives no configuration', () => {
    const line = fc.constantFrom(
      'kind: model',
      'kind: dataset',
      'train:',
      '  command: x',
      'data: [a]',
      'data: {a: b}',
      'files: a',
      'params: {a: [1, {b: ~}]}',
      'environment: {env: [3], secrets: ~}',
      '<<: *x',
      'models: &x {a: b}',
      '  - a',
      'resources: []',
      'evaluate: *x',
      'data: {toString: 3}',
      'resources: {constructor: 1, valueOf: {}}',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const result = parseMlYaml(lines.join('\n'), file);
        if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('mlYamlError', () => {
  function errorOf(text: string) {
    const result = parseMlYaml(text, file);
    if (result.ok) throw new Error('the text was accepted');
    return mlYamlError(result.problems);
  }

  it('is the problem itself when there is one', () => {
    expect(errorOf(model('trian: 1'))).toMatchObject({
      code: 'ERR_ML_CONFIG_INVALID',
      message: 'models/spam/ml.yaml:3:1 unknown key `trian`: did you mean `train`?',
      fix: 'Write `train`.',
      detail: [],
    });
  });

  it('lists several', () => {
    expect(errorOf(model('foo: 1\nfoo: 2\nbar: 3'))).toMatchObject({
      code: 'ERR_ML_CONFIG_SYNTAX',
      message: 'models/spam/ml.yaml: 3 problems',
      detail: [
        expect.stringContaining('ml.yaml:3:1 unknown key `foo`. Keys allowed here: `kind`'),
        'models/spam/ml.yaml:4:1 the key `foo` stands twice in one map. Keep one of the two.',
        expect.stringContaining('ml.yaml:5:1 unknown key `bar`'),
      ],
    });
  });

  it('needs a problem', () => {
    expect(() => mlYamlError([])).toThrow(RangeError);
  });
});
