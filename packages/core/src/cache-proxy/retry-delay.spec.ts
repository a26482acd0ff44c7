import fc from 'fast-check';

import { seededRng } from '../kernel/index.js';
import { retryDelay } from './retry-delay.js';

const schedule = { attempts: 5, firstMs: 100, longestMs: 1000 };

it('doubles, with jitter, up to the longest; then gives up', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const rng = seededRng(seed);
      const delays = [1, 2, 3, 4].map((failed) => retryDelay(failed, 0, { schedule, rng }) ?? NaN);
      for (const [at, delay] of delays.entries()) {
        expect(delay).toBeGreaterThanOrEqual(50 * 2 ** at);
        expect(delay).toBeLessThanOrEqual(100 * 2 ** at);
      }
      expect(retryDelay(5, 0, { schedule, rng })).toBeUndefined();
    }),
  );
});

it('waits as long as the server asks, within reason', () => {
  const rng = seededRng(1);
  expect(retryDelay(1, 700, { schedule, rng })).toBe(700);
  expect(retryDelay(1, 1e12, { schedule, rng })).toBe(1000);
});

it('draws differently each time', () => {
  const rng = seededRng(1);
  const drawn = new Set(Array.from({ length: 50 }, () => retryDelay(1, 0, { schedule, rng })));
  expect(drawn.size).toBe(50);
});
