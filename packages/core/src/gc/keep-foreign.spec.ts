import { isForeignKept } from './keep-foreign.js';

const dayMs = 86_400_000;

describe('isForeignKept', () => {
  it.each<[number | undefined, number, boolean]>([
    [undefined, 0, true],
    [0, 90, false],
    [10 * dayMs, 90, false],
    [10 * dayMs + 1, 90, true],
    // By a clock that went wrong.
    [900 * dayMs, 90, true],
    [0, Infinity, true],
    [99 * dayMs, 0, false],
  ])('last used at %p ms, by a policy of %p days: %p', (usedAt, keepDays, expected) => {
    expect(isForeignKept(usedAt, { keepDays }, 100 * dayMs)).toBe(expected);
  });
});
