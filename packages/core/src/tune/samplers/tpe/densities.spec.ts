import fc from 'fast-check';

import { seededRng } from '../../../kernel/index.js';
import { normalCdf } from '../../../stats/distributions.js';
import { dimensionsFrom } from '../../testing/spaces.js';
import { bandwidths } from './bandwidth.js';
import { normalMass } from './normal.js';
import { Parzen } from './parzen.js';

const points = (places: readonly number[]) =>
  places.map((place, index) => ({ point: Float64Array.of(place), weight: 1 + index }));
const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('normalMass', () => {
  it('is the difference of the distribution, also far out', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (at, width) => {
          const exact =
            at > 0 ? normalCdf(-at) - normalCdf(-at - width) : normalCdf(at + width) - normalCdf(at);
          expect(Math.abs(normalMass(at, at + width) / exact - 1)).toBeLessThan(1e-4);
        },
      ),
    );
  });
});

describe('bandwidths', () => {
  it('reaches to the farther neighbour, and no less than 1/(n + 2)', () => {
    expect([...bandwidths(Float64Array.of(0.5, 0.1, 0.9, 0.91))]).toEqual(
      [0.4, 0.4, 0.4, 1 / 6].map((width) => expect.closeTo(width, 12) as number),
    );
    expect([...bandwidths(Float64Array.of(0.2))]).toEqual([0.8]);
    expect([...bandwidths(Float64Array.of())]).toEqual([]);
  });
});

describe('Parzen', () => {
  const area = (space: Parameters<typeof dimensionsFrom>[0], places: readonly number[]): number => {
    const parzen = new Parzen(dimensionsFrom(space), [0], points(places));
    const cells = 4000;
    let sum = 0;
    for (let cell = 0; cell < cells; cell += 1)
      sum += Math.exp(parzen.logDensity([(cell + 0.5) / cells])) / cells;
    return sum;
  };

  it('is a density over 0 to 1', () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (places) => {
        expect(area({ x: { float: [0, 1] } }, places)).toBeCloseTo(1, 3);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['choices', { x: ['a', 'b', 'c'] }],
    ['steps', { x: { float: [0, 1], step: 0.1 } }],
    ['logarithmic integers', { x: { int: [1, 40], log: true } }],
  ])('sums to 1 over %s', (_, space) => {
    const [dimension] = dimensionsFrom(space);
    if (dimension === undefined) throw new Error('no dimension');
    const values = Array.from(
      { length: dimension.count },
      (__, index) => dimension.encode(dimension.at?.(index) ?? null) ?? NaN,
    );
    const parzen = new Parzen([dimension], [0], points(values.slice(0, 3)));
    const sum = values.reduce((all, place) => all + Math.exp(parzen.logDensity([place])), 0);
    expect(sum).toBeCloseTo(1, 2);
  });

  it('draws as its density says', () => {
    const parzen = new Parzen(dimensionsFrom({ x: { float: [0, 1] } }), [0], points([0.1, 0.15, 0.9]));
    const rng = seededRng(5);
    const draws = Array.from({ length: 20_000 }, () => parzen.draw(rng)[0] ?? NaN);
    for (let bin = 0; bin < 10; bin += 1) {
      const share = draws.filter((x) => Math.floor(x * 10) === bin).length / draws.length;
      const inner = Array.from({ length: 100 }, (_, at) =>
        Math.exp(parzen.logDensity([bin / 10 + (at + 0.5) / 1000])),
      );
      expect(Math.abs(share - inner.reduce((a, b) => a + b, 0) / 1000)).toBeLessThan(0.015);
    }
  });

  it('holds together what goes together', () => {
    const dimensions = dimensionsFrom({ x: { float: [0, 1] }, y: { float: [0, 1] } });
    const diagonal = [0.1, 0.3, 0.5, 0.7, 0.9].map((at) => ({ point: Float64Array.of(at, at), weight: 1 }));
    const parzen = new Parzen(dimensions, [0, 1], diagonal);
    expect(parzen.logDensity([0.1, 0.1])).toBeGreaterThan(parzen.logDensity([0.1, 0.9]) + 1);
  });
});
