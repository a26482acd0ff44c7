import fc from 'fast-check';

import { chooseArm, placeOf } from './choose-arm.js';

it('is sha256 of salt, newline and unit', () => {
  // printf 'salt\nunit' | sha256sum: 5d79863e2501…
  expect(placeOf('salt', 'unit')).toBe(Number.parseInt('5d79863e2501', 16) / 2 ** 48);
});

it('keeps the arm of a unit while the share grows', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (salt, unit, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        if (chooseArm({ salt, share: less }, unit) === 'candidate')
          expect(chooseArm({ salt, share: more }, unit)).toBe('candidate');
        expect(chooseArm({ salt, share: 0 }, unit)).toBe('baseline');
        expect(chooseArm({ salt, share: 1 }, unit)).toBe('candidate');
      },
    ),
  );
});

it('takes as many units as its share says: 64 cells of 64,000 units, by chi-square', () => {
  const cells = new Int32Array(64);
  for (let unit = 0; unit < 64_000; unit += 1) {
    const cell = Math.floor(placeOf('sha256:ab', `user-${String(unit)}`) * 64);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  const chi2 = cells.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  // The 0.9999 quantile of chi-square with 63 degrees of freedom, and its mirror.
  expect(chi2).toBeLessThan(113);
  expect(chi2).toBeGreaterThan(29);
});

it('chooses anew for another salt: who had one candidate is no more likely to have the next', () => {
  let [both, first, second] = [0, 0, 0];
  const count = 40_000;
  for (let at = 0; at < count; at += 1) {
    const [a, b] = ['one', 'two'].map((salt) => chooseArm({ salt, share: 0.25 }, String(at)) === 'candidate');
    first += Number(a);
    second += Number(b);
    both += Number(a && b);
  }
  const expected = (first / count) * (second / count);
  // Five standard deviations of a share near 1/16.
  expect(Math.abs(both / count - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / count));
});
