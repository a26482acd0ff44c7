import fc from 'fast-check';

import { failureOf } from '../kernel/testing/failure-of.js';
import { newTally, partsOf, requestsOf, withCounts, withShare } from './tally.js';
import { arm, countsOf } from './testing/arms.js';

const parts = (tally: ReturnType<typeof newTally>) =>
  partsOf(tally).map(({ share, baseline, candidate }) => [
    share,
    [baseline.requests, baseline.errors],
    [candidate.requests, candidate.errors],
  ]);

describe('a tally', () => {
  it('begins a part with each share, of what came since', () => {
    let tally = withCounts(newTally(0.1), countsOf(arm(90, 3), arm(10, 1)));
    tally = withCounts(tally, countsOf(arm(180, 5), arm(20, 1)));
    tally = withCounts(withShare(tally, 0.5), countsOf(arm(230, 6), arm(70, 4)));
    expect(parts(tally)).toEqual([
      [0.1, [180, 5], [20, 1]],
      [0.5, [50, 1], [50, 3]],
    ]);
    expect([requestsOf(tally, 'candidate'), requestsOf(tally, 'candidate', 0.5)]).toEqual([70, 50]);
  });

  it('takes the parts that the target tells itself, where a late label belongs to the share of its request', () => {
    const early = { share: 0.1, baseline: arm(90), candidate: arm(10) };
    let tally = withCounts(newTally(0.1), countsOf(arm(90), arm(10), { byShare: [early] }));
    const labelled = { ...early, candidate: arm(10, 0, { feedback: { label: { seen: 4, bad: 1 } } }) };
    const now = { share: 0.5, baseline: arm(5), candidate: arm(5) };
    const counts = countsOf(arm(95), arm(15, 0, { feedback: { label: { seen: 4, bad: 1 } } }), {
      byShare: [labelled, now],
    });
    tally = withCounts(withShare(tally, 0.5), counts);
    expect(partsOf(tally)).toEqual([labelled, now]);
  });

  it.each([
    ['shows less than before', {}, arm(40, 1)],
    ['says that it began anew', { epoch: '2' }, arm(300, 9)],
  ])('keeps what was seen when whoever counts %s', (_, epoch, later) => {
    const first = countsOf(arm(100, 3), arm(100, 4), 'epoch' in epoch ? { epoch: '1' } : {});
    let tally = withCounts(newTally(0.5), first);
    tally = withCounts(tally, countsOf(later, later, epoch));
    const seen = [later.requests, later.errors];
    expect(parts(tally)).toEqual([
      [0.5, [100, 3], [100, 4]],
      [0.5, seen, seen],
    ]);
  });

  it('loses and doubles nothing, however often it is looked at and wherever counters began anew', () => {
    const looks = fc.array(
      fc.record({
        baseline: fc.nat(50),
        candidate: fc.nat(50),
        reset: fc.boolean(),
        share: fc.constantFrom(0.1, 0.5),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(looks, (all) => {
        let tally = newTally(0.1);
        let [epoch, baseline, candidate] = [0, 0, 0];
        for (const look of all) {
          if (look.reset) [epoch, baseline, candidate] = [epoch + 1, 0, 0];
          else tally = withShare(tally, look.share);
          baseline += look.baseline;
          candidate += look.candidate;
          tally = withCounts(tally, countsOf(arm(baseline), arm(candidate), { epoch: String(epoch) }));
        }
        const sum = (name: 'baseline' | 'candidate') => all.reduce((total, look) => total + look[name], 0);
        expect(requestsOf(tally, 'baseline')).toBe(sum('baseline'));
        expect(requestsOf(tally, 'candidate')).toBe(sum('candidate'));
      }),
    );
  });

  it.each([
    ['not a number', arm(NaN)],
    ['negative', arm(-1)],
    ['a part of one', arm(1.5)],
    ['more errors than requests', arm(1, 2)],
    ['more bad labels than labels', arm(1, 0, { feedback: { label: { seen: 1, bad: 2 } } })],
    ['infinite', arm(1, 0, { slow: Infinity })],
  ])('refuses counts that are %s', (_, wrong) => {
    const counts = [countsOf(wrong, arm(1)), countsOf(arm(1), wrong)];
    const byShare = [{ share: 0.5, baseline: arm(1), candidate: wrong }];
    for (const each of [...counts, countsOf(arm(1), arm(1), { byShare })])
      expect(failureOf(() => withCounts(newTally(0.5), each)).code).toBe('ERR_ML_DEPLOY_TARGET');
  });
});
