import { ProxyTally } from './proxy-tally.js';

it('adds up what happened, and why it was worse than it could be', () => {
  const tally = new ProxyTally();
  tally.read({ kind: 'hit', bytes: 10 });
  tally.read({ kind: 'hit', bytes: 5 });
  tally.read({ kind: 'miss' });
  tally.read({ kind: 'unanswered', why: 'it is down' });
  tally.read({ kind: 'refused', why: 'it lies' });
  tally.wrote({ kind: 'sent', bytes: 7 });
  tally.wrote({ kind: 'taken' });
  tally.wrote({ kind: 'kept' });
  tally.wrote({ kind: 'dropped', why: 'it is down' });
  expect(tally.summary()).toEqual({
    reads: { hits: 2, misses: 1, unanswered: 1, refused: 1, bytes: 15 },
    writes: { sent: 1, taken: 1, kept: 1, dropped: 1, bytes: 7 },
    troubles: [
      { why: 'it is down', times: 2 },
      { why: 'it lies', times: 1 },
    ],
  });
});

it('remembers no more reasons than anybody reads', () => {
  const tally = new ProxyTally();
  for (let at = 0; at < 1000; at += 1) tally.trouble(`reason ${String(at)}`);
  const { troubles } = tally.summary();
  expect(troubles).toHaveLength(51);
  expect(troubles[0]).toEqual({ why: 'other reasons', times: 950 });
});
