import { CountedShares } from './counted-shares.js';

it('counts a label that comes late for the share of its request', () => {
  const counted = new CountedShares();
  const small = counted.begin(0.05);
  small.candidate.requests += 2;
  const large = counted.begin(0.5);
  large.candidate.requests += 3;
  small.candidate.addFeedback('stars', true);
  large.candidate.addFeedback('stars', false);
  const { candidate, byShare } = counted.counts;
  expect(candidate).toEqual({ requests: 5, errors: 0, slow: 0, feedback: { stars: { seen: 2, bad: 1 } } });
  expect(byShare?.map((part) => [part.share, part.candidate.requests, part.candidate.feedback])).toEqual([
    [0.05, 2, { stars: { seen: 1, bad: 1 } }],
    [0.5, 3, { stars: { seen: 1, bad: 0 } }],
  ]);
});

it('goes on while the share is the same, in one epoch; another trial has another', () => {
  const counted = new CountedShares();
  expect(counted.begin(0.1)).toBe(counted.begin(0.1));
  expect(counted.counts.epoch).toBe(counted.counts.epoch);
  expect(new CountedShares().counts.epoch).not.toBe(counted.counts.epoch);
});

it('sums feedback of any name, and changes no prototype', () => {
  const counted = new CountedShares();
  counted.begin(1).baseline.addFeedback('__proto__', true);
  expect(Object.entries(counted.counts.baseline.feedback)).toEqual([['__proto__', { seen: 1, bad: 1 }]]);
  expect('seen' in {}).toBe(false);
});
