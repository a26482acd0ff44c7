import { planGate } from '@nx-ml/core/gate';
import type { GatePolicy, PlanFacts } from '@nx-ml/core/gate';

import { gatePlanText } from './gate-plan-text.js';
import { policyOf } from './testing/policy-of.js';

const policy = policyOf('{ primary: accuracy, floors: [{ metric: accuracy, min: 0.9 }] }');

function text(facts: PlanFacts, changes: Partial<GatePolicy> = {}): string {
  return gatePlanText(planGate({ ...policy, ...changes }, facts), 'spam-filter');
}

describe('gatePlanText', () => {
  it('puts the exact test beside what ease.ml/ci takes', () => {
    expect(text({ disagreement: 0.1, have: 1200 })).toBe(
      `spam-filter: examples that show a gain in accuracy with a chance of 80% (100 steps, 1 promotion, alpha 0.05: 0.0005 a step)

  gain, differing on 10%  examples  Bennett  Hoeffding
  1 point                 17,102    26,407   188,258
  2 points                4,296     6,743    47,056     ← asked for
  3 points                1,914     3,058    20,908
  4 points                1,072     1,753    11,756

  Bennett, Hoeffding: what ease.ml/ci’s rule takes for the same chance; its bounds hold without knowing the distribution.

  Floors, for a model of half the errors that they allow:
  accuracy of 0.9  515

  1,200 examples can show: 3.8 points.
`,
    );
  });

  it('looks at usual disagreements where none is known', () => {
    const lines = text({ have: 1000 }).split('\n');
    expect(lines[2]).toMatch(/differing on +2% +5% +10% +20% +30%/);
    expect(lines[4]).toMatch(/2 points .* 4,296 .*← asked for/);
    expect(lines[6]).toMatch(/4 points +–/);
    expect(lines.at(-2)).toMatch(/1,000 examples can show: 1.9 points \(at 2%\), /);
  });

  it('asks for the spread of what is no proportion, and for no example of what is measured once', () => {
    const loss = { test: 'superiority', metric: 'log_loss', minEffect: 0.01, better: 'lower' } as const;
    expect(text({}, { primary: loss })).toContain('Tell it with --spread');
    expect(text({ spread: 0.5, have: 5000 }, { primary: loss })).toMatch(
      /gain, spread 0.5 +examples\n.*0.005/,
    );
    const size = { test: 'superiority', metric: 'size', minEffect: 1e6, better: 'lower' } as const;
    expect(text({}, { primary: size, floors: [] })).toContain('needs no test set');
  });

  it('tells margins without a peer', () => {
    const primary = {
      test: 'non-inferiority',
      metric: 'accuracy',
      margin: 0.01,
      better: null,
      slice: null,
    } as const;
    const told = text({ disagreement: 0.1 }, { primary, budget: null });
    expect(told).toContain(
      'that nothing is lost in accuracy with a chance of 80% (without a budget: 0.05 a step)',
    );
    expect(told).not.toContain('Bennett');
  });
});
