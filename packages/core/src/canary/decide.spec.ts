import fc from 'fast-check';

import { seededRng } from '../kernel/index.js';
import type { Rng } from '../kernel/index.js';
import { decideCanary } from './decide.js';
import type { CanaryRules } from './decide.js';
import { requestsNeeded } from './needs.js';
import { newTally, withCounts, withShare } from './tally.js';
import type { Tally } from './tally.js';
import { arm, countsOf, errors } from './testing/arms.js';

const rules: CanaryRules = {
  steps: [0.1, 0.5],
  guardrails: [errors, { ...errors, name: 'slow' }],
  alpha: 0.05,
  least: 100,
  most: 20_000,
};

const at = (share: number, baseline: [number, number], candidate: [number, number]): Tally =>
  withCounts(newTally(share), countsOf(arm(...baseline), arm(...candidate)));

/** Rolls out with these rates, a look each 200 requests. */
function rollOut(rng: Rng, rates: { baseline: number; candidate: number }, given: CanaryRules) {
  let tally = newTally(given.steps[0] ?? 1);
  const arms = { baseline: { requests: 0, bad: 0 }, candidate: { requests: 0, bad: 0 } };
  for (;;) {
    for (let request = 0; request < 200; request++) {
      const name = rng.uniform() < tally.share ? 'candidate' : 'baseline';
      arms[name].requests += 1;
      arms[name].bad += rng.uniform() < rates[name] ? 1 : 0;
    }
    const { baseline, candidate } = arms;
    tally = withCounts(
      tally,
      countsOf(arm(baseline.requests, baseline.bad), arm(candidate.requests, candidate.bad)),
    );
    const decision = decideCanary(tally, given);
    if (decision.state === 'advance')
      tally = withShare(tally, given.steps[given.steps.indexOf(tally.share) + 1] ?? 1);
    else if (decision.state !== 'hold') return decision;
  }
}

describe('decideCanary', () => {
  it('rolls back at any share as soon as one guardrail is against it, and says which', () => {
    for (const share of rules.steps)
      expect(decideCanary(at(share, [1000, 20], [1000, 90]), rules)).toMatchObject({
        state: 'roll-back',
        because: 'errors',
      });
  });

  it('holds until enough was seen, goes on by a part of the evidence, promotes by all of it', () => {
    expect(decideCanary(at(0.1, [500, 0], [99, 0]), rules).state).toBe('hold');
    expect(decideCanary(at(0.1, [36_000, 0], [4000, 0]), rules).state).toBe('advance');
    expect(decideCanary(at(0.5, [2000, 0], [1999, 0]), rules).state).toBe('hold');
    expect(decideCanary(at(0.5, [6000, 0], [6000, 0]), rules).state).toBe('promote');
  });

  it('waits for the guardrail that knows least', () => {
    const labels = { ...rules, guardrails: [errors, { ...errors, name: 'feedback.label' as const }] };
    expect(decideCanary(at(0.5, [6000, 0], [6000, 0]), labels).state).toBe('hold');
    expect(decideCanary(at(0.5, [10_000, 0], [10_000, 0]), labels).state).toBe('inconclusive');
  });

  it('says how many more requests would do, and that none would', () => {
    const tally = at(0.5, [1000, 1], [1000, 1]);
    const needed = requestsNeeded(tally, rules) ?? 0;
    expect(needed).toBeGreaterThan(1000);
    const rate = (requests: number): [number, number] => [requests, Math.round(requests / 1000)];
    const then = at(0.5, rate(1000 + needed / 2 + 1000), rate(1000 + needed / 2 + 1000));
    expect(decideCanary(then, rules).state).toBe('promote');
    expect(requestsNeeded(at(0.5, [6000, 0], [6000, 0]), rules)).toBe(0);
    expect(requestsNeeded(newTally(0.5), rules)).toBeUndefined();
  });

  it('rolls back whatever is against it, also where something else clears it', () => {
    const count = fc.tuple(fc.nat(20_000), fc.nat(2000)).map(([n, bad]): [number, number] => [n + bad, bad]);
    fc.assert(
      fc.property(count, count, fc.constantFrom(...rules.steps), (baseline, candidate, share) => {
        const { state, evidence } = decideCanary(at(share, baseline, candidate), rules);
        if (evidence.against >= evidence.limit) expect(state).toBe('roll-back');
        else expect(state).not.toBe('roll-back');
      }),
    );
  });

  it('rolls hardly any good release back, and catches the bad ones', () => {
    const [good, bad] = [seededRng(1), seededRng(2)];
    const ends = (rng: Rng, candidate: number) =>
      Array.from({ length: 30 }, () => rollOut(rng, { baseline: 0.05, candidate }, rules).state);
    const rolledBack = (all: readonly string[]) => all.filter((state) => state === 'roll-back').length;
    expect(rolledBack(ends(good, 0.05))).toBeLessThanOrEqual(4);
    expect(rolledBack(ends(bad, 0.1))).toBe(30);
  });

  it('promotes hardly any release that is as bad as what must be ruled out', () => {
    const rng = seededRng(3);
    const given = { ...rules, guardrails: [{ ...errors, worse: 1.5 }] };
    const ends = Array.from({ length: 30 }, () => rollOut(rng, { baseline: 0.05, candidate: 0.075 }, given));
    expect(ends.filter(({ state }) => state === 'promote').length).toBeLessThanOrEqual(4);
  });
});
