import fc from 'fast-check';

import { seededRng } from '../kernel/index.js';
import { CircuitBreaker } from './circuit-breaker.js';

const policy = { failures: 3, firstMs: 1000, longestMs: 8000 };
const breaker = () => new CircuitBreaker(policy, seededRng(1));

const opened = () => {
  const each = breaker();
  for (let at = 0; at < 3; at += 1) each.failed(0);
  return each;
};

it('opens after failures in a row, and not after others', () => {
  const each = breaker();
  for (let at = 0; at < 10; at += 1) {
    each.failed(0);
    each.failed(0);
    each.succeeded();
  }
  expect(each.admits(0)).toBe(true);
  expect(opened().admits(0)).toBe(false);
});

it('lets one question through after a while, and its answer decides', () => {
  const each = opened();
  expect(each.pauseFrom(0)).toBeGreaterThanOrEqual(750);
  expect(each.admits(749)).toBe(false);
  expect(each.admits(1000)).toBe(true);
  expect(each.admits(1000)).toBe(false);
  each.succeeded();
  expect([each.admits(1000), each.admits(1000), each.pauseFrom(1000)]).toEqual([true, true, 0]);
});

it('waits longer each time, up to a bound', () => {
  const each = opened();
  const pauses: number[] = [];
  for (let now = 1000, round = 0; round < 6; round += 1) {
    expect(each.admits(now)).toBe(true);
    each.failed(now);
    pauses.push(each.pauseFrom(now));
    now += 8000;
  }
  expect(pauses[0]).toBeGreaterThan(1499);
  for (const pause of pauses.slice(2)) expect(pause).toBeGreaterThanOrEqual(6000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(8000);
});

it('goes back to waiting when its one question is given up', () => {
  const each = opened();
  expect(each.admits(1000)).toBe(true);
  each.undecided(1000);
  expect(each.admits(1000)).toBe(false);
  expect(each.admits(2000)).toBe(true);
});

it('can be hurried, for one question', () => {
  const each = opened();
  each.hurry();
  expect([each.admits(0), each.admits(0)]).toEqual([true, false]);
  each.failed(0);
  expect(each.admits(1499)).toBe(false);
});

it('is never stuck: whatever happened, a question is admitted after the longest pause', () => {
  const event = fc.constantFrom('ask', 'succeeded', 'failed', 'undecided', 'wait');
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const each = breaker();
      let now = 0;
      let asked = 0;
      for (const name of events) {
        if (name === 'wait') now += 700;
        else if (name === 'ask') asked += each.admits(now) ? 1 : 0;
        else if (asked > 0) {
          asked -= 1;
          if (name === 'succeeded') each.succeeded();
          else each[name](now);
        }
      }
      for (; asked > 0; asked -= 1) each.failed(now);
      expect(each.admits(now + 8000)).toBe(true);
    }),
  );
});
