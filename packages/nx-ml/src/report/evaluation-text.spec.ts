import type { EvaluationReport, RunReport } from '@nx-ml/core/evaluation';
import type { Digest } from '@nx-ml/core/kernel';

import { evaluationText } from './evaluation-text.js';

const digest = `sha256:${'0'.repeat(64)}` as Digest;
const run: RunReport = {
  seed: 1,
  predictions: digest,
  examples: { test: 1200, free: 0, behaviour: 20 },
  measures: [
    { name: 'recall.spam', better: 'higher', value: 0.5, interval: null, n: 1200 },
    {
      name: 'accuracy',
      better: 'higher',
      value: 0.91234,
      interval: { lower: 0.8971, upper: 0.9254, method: 'wilson' },
      n: 1200,
    },
    { name: 'latency.p95', better: 'lower', unit: 'ms', value: 6.1234, interval: null, n: 1200 },
  ],
  slices: [],
  slicesLeftOut: 0,
  weak: {
    by: 'error rate',
    searched: 12,
    found: [{ segment: [{ key: 'lang', value: 'de' }], n: 140, inside: 0.19, outside: 0.0754, p: 0.0001 }],
  },
  behaviour: [],
};
const report = (runs: readonly RunReport[], sealed = false): EvaluationReport => ({
  formatVersion: 1,
  project: 'spam-filter',
  of: digest,
  sealed,
  runs,
});
const passed = { n: 20, interval: null, min: 1 };

describe('evaluationText', () => {
  it('is one line: what was measured, how surely, and where it is weakest', () => {
    expect(evaluationText(report([run]))).toBe(
      '  accuracy 0.912 [0.897, 0.925], latency.p95 6.12 ms on 1,200 examples; weakest: lang=de, error rate 0.19 against 0.0754 on 140 examples\n',
    );
  });

  it('tells which seed it speaks of, and which behavioural tests were missed', () => {
    const behaviour = [
      { ...passed, case: 'typos', passed: 20, met: true },
      { ...passed, case: 'negation', passed: 11, met: false },
      { ...passed, case: 'names', n: 0, passed: null, met: false, why: 'no example' },
    ];
    expect(
      evaluationText(report([{ ...run, weak: { by: 'loss', searched: 1, found: [] }, behaviour }, run])),
    ).toBe(
      '  seed 1: accuracy 0.912 [0.897, 0.925], latency.p95 6.12 ms on 1,200 examples\n  1 of 3 behavioural tests met; missed: negation 11 of 20, names: no example\n',
    );
    expect(
      evaluationText(report([{ ...run, measures: [], weak: undefined, behaviour: behaviour.slice(0, 1) }])),
    ).toBe('  1 of 1 behavioural test met\n');
  });

  it('of what is sealed it tells that it is', () => {
    const hidden = { ...run, measures: [], weak: undefined };
    expect(evaluationText(report([hidden], true))).toBe('  1,200 examples sealed by the gate\n');
    const free = { ...run, examples: { ...run.examples, free: 80 }, weak: undefined };
    expect(evaluationText(report([free], true))).toBe(
      '  accuracy 0.912 [0.897, 0.925], latency.p95 6.12 ms on 80 other examples; 1,200 examples sealed by the gate\n',
    );
  });

  it('says why predictions were not judged, and nothing where there are none', () => {
    expect(evaluationText(report([{ ...run, why: 'line 3 has no id' }]))).toBe(
      '  not judged: line 3 has no id\n',
    );
    expect(evaluationText(report([{ ...run, predictions: null, why: 'it wrote no predictions' }]))).toBe('');
    expect(evaluationText(report([]))).toBe('');
  });
});
