import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { GatePolicy } from '../gate/index.js';
import { policy } from '../gate/testing/budgets.js';
import { gatePolicyOf } from './gate-policy.js';
import { parseMlYaml } from './parse-ml-yaml.js';

const head = `kind: model
data: [mails]
train: { command: node train.mjs }
evaluate: { command: node evaluate.mjs }
`;

function policyOf(text: string): GatePolicy | undefined {
  const result = parseMlYaml(text, 'ml.yaml');
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('; '));
  return gatePolicyOf(result.config);
}

function problemsOf(gate: string, before = head): readonly string[] {
  const result = parseMlYaml(`${before}gate: ${gate}\n`, 'ml.yaml');
  if (result.ok) return [];
  return result.problems.map(
    ({ line, column, message, fix }) => `${String(line)}:${String(column)} ${message} | ${fix}`,
  );
}

describe('gatePolicyOf', () => {
  it('fills in every default of the shortest form', () => {
    expect(policyOf(`${head}gate: accuracy`)).toEqual(policy);
    expect(policyOf(`${head}gate: { primary: accuracy }`)).toEqual(policy);
    expect(policyOf(`${head}gate: { primary: { metric: accuracy }, budget: {} }`)).toEqual(policy);
  });

  it('keeps all that is written', () => {
    const text = readFileSync(join(__dirname, 'fixtures/ml-model-gate.v1.yaml'), 'utf8');
    expect(policyOf(text)).toEqual({
      primary: { test: 'superiority', metric: 'accuracy', minEffect: 0.01, better: 'higher' },
      guardrails: [
        { test: 'non-inferiority', metric: 'accuracy', margin: 0.05, better: 'higher', slice: 'lang=*' },
        { test: 'non-inferiority', metric: 'metrics.perplexity', margin: 1, better: 'lower', slice: null },
        { test: 'ratio', metric: 'latency.p95', maxRatio: 1.1 },
        { test: 'increase', metric: 'size', maxIncrease: 1_000_000 },
        { test: 'gap', metric: 'accuracy', across: 'lang', maxGap: 0.05 },
      ],
      floors: [
        { test: 'floor', metric: 'accuracy', limit: 'min', value: 0.9, slice: 'lang=de' },
        { test: 'floor', metric: 'log_loss', limit: 'max', value: 0.3, slice: null },
      ],
      alpha: 0.01,
      budget: { steps: 50, promotions: 2 },
      power: 0.9,
      disclosure: 'full',
      testSet: 'mails-test',
      seed: 2,
      negativeControl: true,
    });
  });

  it('takes a margin for non-inferiority, and `none` for no budget', () => {
    const policy = policyOf(`${head}gate: { primary: { metric: mae, minEffect: 1 } }`);
    expect(policy?.primary).toMatchObject({ test: 'superiority', better: 'lower', minEffect: 1 });
    const lenient = policyOf(`${head}gate: { primary: { metric: log_loss, margin: 0.005 }, budget: none }`);
    expect(lenient).toMatchObject({
      primary: { test: 'non-inferiority', metric: 'log_loss', margin: 0.005, better: 'lower' },
      alpha: 0.05,
      budget: null,
    });
  });

  it('is undefined without a gate, and for what is no model', () => {
    expect(policyOf(head)).toBeUndefined();
    expect(policyOf('kind: dataset\nfiles: [a.csv]')).toBeUndefined();
  });
});

describe('a gate that cannot be meant', () => {
  it.each([
    ['5', '5:1 `gate` is 5 and must be a metric, or a map with primary'],
    ['{ primry: accuracy }', '5:9 unknown key `primry`: did you mean `primary`?'],
    ['{ primary: { metric: accuracy, minEfect: 0.1 } }', 'unknown key `minEfect`: did you mean `minEffect`?'],
    [
      '{ primary: { metric: accuracy, minEffect: 2 } }',
      'lies between 0 and 1 | Write points as hundredths: `minEffect: 0.02`.',
    ],
    [
      '{ primary: { metric: accuracy, minEffect: 0 } }',
      '`gate.primary.minEffect` is 0 and must be a number above 0',
    ],
    [
      '{ primary: { metric: accuracy, minEffect: 0.1, margin: 0.1 } }',
      '`minEffect` has no effect with `margin`',
    ],
    ['{ primary: { metric: accuracy, test: non-inferiority } }', 'needs a margin'],
    [
      '{ primary: { metric: accuracy, test: superiority, margin: 0.1 } }',
      '`margin` has no effect on `test: superiority`',
    ],
    [
      'metrics.accuracy',
      '5:1 `metrics.accuracy` is one number a model: nothing tells a better one from chance',
    ],
    ['{ primary: latency.p95 }', '`latency.p95` is one number a model'],
    ['{ primary: { metric: metrics.f1, minEffect: 0.1 } }', '5:20 `metrics.f1` is one number a model'],
    ['mae', '`mae` has a unit of its own'],
    ['{ primary: accuracy, guardrails: [{ metric: auc }] }', 'this one has none'],
    [
      '{ primary: accuracy, guardrails: [{ metric: auc, margin: 0.1, maxRatio: 2 }] }',
      'has `margin` and `maxRatio`',
    ],
    [
      '{ primary: accuracy, guardrails: [{ metric: auc, maxRatio: 2 }] }',
      '`maxRatio` is for what is measured once',
    ],
    [
      '{ primary: accuracy, guardrails: [{ metric: throughput, maxRatio: 2 }] }',
      'more of `throughput` is better',
    ],
    [
      '{ primary: accuracy, guardrails: [{ metric: metrics.bleu, margin: 2 }] }',
      'Add `better: higher` or `better: lower`.',
    ],
    [
      '{ primary: accuracy, guardrails: [{ metric: auc, maxGap: 0.1 }] }',
      '`across` and `maxGap` go together',
    ],
    [
      '{ primary: accuracy, guardrails: [{ metric: auc, slice: de, margin: 0.1 }] }',
      'must be a slice such as lang=de',
    ],
    [
      '{ primary: accuracy, floors: [{ metric: accuracy, max: 0.9 }] }',
      'would hold a model for being too good',
    ],
    ['{ primary: accuracy, floors: [{ metric: accuracy }] }', 'this one has none'],
    ['{ primary: accuracy, floors: [{ metric: size, max: 9, slice: a=b }] }', 'has no slices'],
    ['{ primary: accuracy, budget: { steps: 2, promotions: 3 } }', 'a step passes once at most'],
    ['{ primary: accuracy, budget: { alpha: 5 } }', '`gate.budget.alpha` is 5 and must be a chance'],
    [
      '{ primary: accuracy, seed: 7 }',
      '`gate.seed` is 7, and no model is trained with it | Write one of train.seeds: 1.',
    ],
  ])('%s', (gate, expected) => {
    const problems = problemsOf(gate);
    expect(problems.join('\n')).toContain(expected);
    expect(problems).toHaveLength(1);
  });

  it.each([
    [
      'acuracy',
      'no measure is called `acuracy`: did you mean `accuracy`? | Write `accuracy`, or `metrics.acuracy`',
    ],
    ['f_1.macro', 'did you mean `f1`? | Write `f1.macro`'],
    ['bleu', 'no measure is called `bleu` | Measures are accuracy, '],
    ['{ primary: acuracy }', 'no measure is called'],
    ['{ primary: { metric: acuracy, minEffect: 0.1 } }', 'no measure is called'],
    ['{ primary: accuracy, floors: [{ metric: acuracy, min: 0.1 }] }', 'no measure is called'],
  ])('no measure: %s', (gate, expected) => {
    const problems = problemsOf(gate);
    expect(problems.join()).toContain(expected);
    expect(problems).toHaveLength(1);
  });

  it('names a key that is misspelt within a list', () => {
    expect(problemsOf('{ primary: accuracy, guardrails: [{ metric: auc, margn: 0.1 }] }').join()).toContain(
      '5:56 unknown key `margn`: did you mean `margin`?',
    );
  });

  it('judges nothing without an evaluation', () => {
    const text = head.replace(/^evaluate.*\n/m, '');
    expect(problemsOf('accuracy', text).join()).toContain('there is no `evaluate`');
  });
});
