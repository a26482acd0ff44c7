import type { Finding, Undefined } from '../finding.js';
import { binary, mean, normals } from '../testing/samples.js';
import { nonInferiority } from './non-inferiority.js';

const rates = { alpha: 0.0005, power: 0.8 };
const outcome = (found: Finding | Undefined): string => found.outcome;

describe('nonInferiority', () => {
  const alike = mean(normals(2000, 0.01).map((value) => value / 1000 + 0.001));

  it('is not shown where one example in a hundred could lose much, and is where none can', () => {
    expect(outcome(nonInferiority({ ...alike, worst: -20 }, rates, 0.02))).toBe('missed');
    expect(outcome(nonInferiority({ ...alike, worst: -1 }, rates, 0.02))).toBe('met');
    expect(outcome(nonInferiority(alike, rates, 0.02))).toBe('met');
  });

  it('counts with what the largest group could lose', () => {
    const sample = { ...binary(2000, 0, 0), groupWins: new Int32Array(400).fill(1, 0, 40).fill(-1, 40, 60) };
    const won = { ...sample, candidateOnly: 40, baselineOnly: 20 };
    expect(outcome(nonInferiority({ ...won, largestGroup: 5 }, rates, 0.05))).toBe('met');
    expect(outcome(nonInferiority({ ...won, largestGroup: 500 }, rates, 0.05))).toBe('missed');
  });

  it('asks for nothing that no example could lose', () => {
    expect(outcome(nonInferiority({ ...alike, worst: -0.01 }, rates, 0.02))).toBe('met');
  });
});
