import { failureOf } from '../../kernel/testing/failure-of.js';
import { parseCases, runCase } from './case.js';

const wilson = { method: 'wilson', input: { successes: 0, n: 10, confidence: 0.95 } };
const tolerance = { rel: 1e-9, abs: 0 };

describe('a reference case', () => {
  it('fails when a number, a key or the method is not there', () => {
    const passes = (expected: unknown): boolean => runCase({ ...wilson, expected, tolerance }).passed;
    expect(passes({ lower: 0 })).toBe(true);
    expect(passes({ lower: 1e-6 })).toBe(false);
    expect(passes({ lower: 'NaN' })).toBe(false);
    expect(passes({ middle: 0 })).toBe(false);
    expect(passes({ error: true })).toBe(false);
    expect(runCase({ method: 'toString', input: {}, expected: {}, tolerance })).toMatchObject({
      passed: false,
    });
  });

  it('must be refused where it says so, and by a refusal', () => {
    const refused = {
      input: { successes: 'NaN', n: 10, confidence: 0.95 },
      expected: { error: true },
      tolerance,
    };
    expect(runCase({ method: 'wilson', ...refused }).passed).toBe(true);
    expect(runCase({ method: 'wilson', ...refused, input: null })).toMatchObject({ passed: false });
  });

  it('must be marked where it says so, with nothing that could pass', () => {
    const constant = { differences: [0.1, 0.1], confidence: 0.9 };
    expect(
      runCase({ method: 'paired-t', input: constant, expected: { degenerate: true }, tolerance }).passed,
    ).toBe(true);
    const spread = { differences: [0.1, 0.2], confidence: 0.9 };
    expect(
      runCase({ method: 'paired-t', input: spread, expected: { degenerate: true }, tolerance }).passed,
    ).toBe(false);
  });

  it('is read from a list, or refused with the place', () => {
    expect(failureOf(() => parseCases('{', 'a.json')).message).toMatch(/^a\.json is no JSON/);
    expect(failureOf(() => parseCases('{}', 'a.json')).message).toBe('a.json is no list.');
    expect(failureOf(() => parseCases('[{"method": 1}]', 'a.json')).message).toMatch(/^a\.json\[0\] has not/);
  });
});
