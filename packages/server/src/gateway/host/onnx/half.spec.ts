import { fromHalf, toHalf } from './half.js';

it('reads and writes every half-precision number as itself', () => {
  for (let half = 0; half < 0x10000; half += 1) {
    const value = fromHalf(half);
    if (Number.isNaN(value)) expect(Number.isNaN(fromHalf(toHalf(value)))).toBe(true);
    else if (toHalf(value) !== half)
      throw new Error(`${String(half)} is ${String(value)} and became ${String(toHalf(value))}`);
  }
});

it.each([
  [1 / 3, 0x3555],
  [65_519, 0x7bff],
  [65_520, 0x7c00],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [2 ** -25, 0],
  [1.5 * 2 ** -25, 1],
  [-Infinity, 0xfc00],
  [1e-30, 0],
])('rounds %d to the nearest, and a tie to even', (value, half) => {
  expect(toHalf(value)).toBe(half);
});
