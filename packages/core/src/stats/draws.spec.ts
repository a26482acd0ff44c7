import { seededRng } from '../kernel/rng.js';
import { binomialCdf } from './distributions.js';
import { drawBinomial } from './draws.js';

describe('drawBinomial', () => {
  it.each([
    [20, 0.3],
    [20, 0.9],
    [400, 0.01],
    [400, 0.4],
    [1_000_000, 0.5],
  ])('draws from Binomial(%d, %d)', (n, p) => {
    const rng = seededRng(n);
    const draws = Array.from({ length: 20_000 }, () => drawBinomial(rng, n, p)).sort((a, b) => a - b);
    // Kolmogorov's distance at the places between the draws; 2.2 / sqrt(20,000) is passed once in 30,000 times.
    let largest = 0;
    draws.forEach((draw, index) => {
      if (draw !== draws[index + 1])
        largest = Math.max(largest, Math.abs((index + 1) / draws.length - binomialCdf(draw, n, p)));
    });
    expect(largest).toBeLessThan(2.2 / Math.sqrt(draws.length));
  });

  it('knows the ends', () => {
    const rng = seededRng(1);
    expect([drawBinomial(rng, 0, 0.5), drawBinomial(rng, 9, 0), drawBinomial(rng, 9, 1)]).toEqual([0, 0, 9]);
  });
});
