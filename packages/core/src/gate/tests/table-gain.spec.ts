import { seededRng } from '../../kernel/index.js';
import { f1Table } from '../testing/samples.js';
import { lowerBoundOfGain, pOfExchange, varianceOfGain } from './table-gain.js';

/** Of [label, candidate, baseline] as a number of three bits: as good as one another, a tenth of the examples positive. */
const alike = [0.828, 0.027, 0.027, 0.018, 0.02, 0.01, 0.01, 0.06];

function drawn(n: number, uniform: () => number): number[] {
  const counts = alike.map(() => 0);
  for (let example = 0; example < n; example++) {
    let left = uniform();
    const cell = Math.max(
      0,
      alike.findIndex((share) => (left -= share) < 0),
    );
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
}

describe('pOfExchange', () => {
  it('holds its level with few examples: simulated, with a fixed seed', () => {
    const rng = seededRng(3);
    const level = 0.02;
    const trials = 1000;
    let passed = 0;
    for (let trial = 0; trial < trials; trial++)
      if ((pOfExchange(f1Table(drawn(300, rng.uniform)), level) ?? 1) <= level) passed += 1;
    expect(passed).toBeGreaterThan(0);
    expect(passed / trials).toBeLessThanOrEqual(level + 3 * Math.sqrt((level * (1 - level)) / trials));
  });

  it('is McNemar’s test where the measure is only how many are right', () => {
    // Label 1 throughout, so that recall, and F1 with it, grows with every example that is won.
    const sample = f1Table([0, 0, 0, 0, 30, 4, 14, 52]);
    const p = pOfExchange(sample, 0.05) ?? NaN;
    expect(p).toBeCloseTo(0.0154, 2);
  });

  it('is small for what is better, and 1 where nothing differs or the level is beyond all draws', () => {
    expect(pOfExchange(f1Table([900, 40, 20, 10, 20, 20, 250, 740]), 0.0005)).toBeLessThan(0.0005);
    expect(pOfExchange(f1Table([50, 0, 0, 50, 40, 0, 0, 60]), 0.05)).toBeCloseTo(1, 1);
    expect(pOfExchange(f1Table([900, 40, 20, 10, 20, 20, 250, 740]), 1e-9)).toBe(1);
  });

  it('is not there where the sample does not tell what belongs together', () => {
    const sample = f1Table([9, 1, 1, 9, 9, 1, 1, 9]);
    expect(pOfExchange({ ...sample, exchanged: undefined } as unknown as typeof sample, 0.05)).toBeNull();
  });
});

describe('the gain of a table', () => {
  it('has the variance that resampling finds', () => {
    const rng = seededRng(5);
    const gains = Array.from({ length: 400 }, () => {
      const { candidate, baseline } = f1Table(drawn(1000, rng.uniform));
      return candidate - baseline;
    });
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / gains.length;
    const told = varianceOfGain(f1Table(alike.map((share) => Math.round(share * 1000)))) / 1000;
    expect(told / variance).toBeGreaterThan(0.8);
    expect(told / variance).toBeLessThan(1.25);
  });

  it('is bounded from below, at each level further', () => {
    const sample = f1Table([900, 40, 20, 10, 20, 20, 250, 740]);
    const [near, far] = [lowerBoundOfGain(sample, 0.05) ?? NaN, lowerBoundOfGain(sample, 0.005) ?? NaN];
    expect(far).toBeLessThan(near);
    expect(near).toBeLessThan(sample.candidate - sample.baseline);
    expect(lowerBoundOfGain(sample, 1e-9)).toBeNull();
  });
});
