import { differenceOf } from './difference.js';

const disagreement = { share: 0.1, labelFree: true };

describe('The difference of two models on the same examples', () => {
  it('is that of who alone was right, with an interval around it and McNemar’s p', () => {
    const found = differenceOf({
      ...{ kind: 'binary', n: 1000, candidateOnly: 55, baselineOnly: 45, bothRight: 850, disagreement },
    });
    expect(found?.gain).toBeCloseTo(0.01);
    expect(found?.p).toBeCloseTo(0.368, 2);
    expect(found?.lower).toBeLessThan(0);
    expect(found?.upper).toBeCloseTo(0.0297, 3);
  });

  it('takes groups as wholes: a hundred copies of ten examples are no thousand', () => {
    const alone = {
      kind: 'binary',
      n: 1000,
      candidateOnly: 300,
      baselineOnly: 200,
      bothRight: 400,
      disagreement,
    } as const;
    const groupWins = Int32Array.from({ length: 10 }, (_, group) => (group < 3 ? 100 : group < 5 ? -100 : 0));
    const [free, grouped] = [differenceOf(alone), differenceOf({ ...alone, groupWins })];
    expect([free?.gain, grouped?.gain]).toEqual([0.1, 0.1]);
    expect(free?.lower).toBeGreaterThan(0);
    expect(grouped?.lower).toBeLessThan(-0.3);
  });

  it('is the mean of differences by Student’s interval, and nothing where they do not differ', () => {
    const differences = Float64Array.of(1, 2, 3, 4);
    const sample = { kind: 'mean', n: 4, disagreement, candidateMean: 0, baselineMean: 0 } as const;
    const found = differenceOf({ ...sample, differences });
    expect(found).toMatchObject({ gain: 2.5 });
    expect(found?.lower).toBeCloseTo(0.4457, 3);
    expect(found?.upper).toBeCloseTo(4.5543, 3);
    expect(differenceOf({ ...sample, differences: Float64Array.of(1, 1, 1) })).toBeUndefined();
    expect(differenceOf({ ...sample, differences: Float64Array.of(1) })).toBeUndefined();
  });

  it('is that of areas by DeLong, which one class has not', () => {
    const labels = Uint8Array.from({ length: 40 }, (_, index) => index % 2);
    const good = Float64Array.from(labels, (label, index) => label + Math.sin(index) / 2);
    const bad = Float64Array.from(labels, (label, index) => label / 4 + Math.sin(index * 3));
    const sample = {
      kind: 'auc',
      n: 40,
      disagreement,
      labels,
      candidateScores: good,
      baselineScores: bad,
    } as const;
    const found = differenceOf(sample);
    expect(found?.gain).toBeGreaterThan(0.1);
    expect(((found?.lower ?? 0) + (found?.upper ?? 0)) / 2).toBeCloseTo(found?.gain ?? 0);
    expect((found?.p ?? 1) < 0.05).toBe((found?.lower ?? 0) > 0);
    expect(differenceOf({ ...sample, labels: new Uint8Array(40) })).toBeUndefined();
  });
});
