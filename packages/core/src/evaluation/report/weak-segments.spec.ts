import { seededRng } from '../../kernel/rng.js';
import type { Rng } from '../../kernel/rng.js';
import { Evaluation } from '../evaluation.js';
import { ordinaryRows } from '../examples.js';
import { examplesOf } from '../testing/predictions-of.js';
import { segmentName } from './segments.js';
import { weakSegments } from './weak-segments.js';

type RowOf = (rng: Rng, id: number) => object;

async function search(n: number, seed: number, rowOf: RowOf) {
  const rng = seededRng(seed);
  const evaluation = new Evaluation(await examplesOf(Array.from({ length: n }, (_, id) => rowOf(rng, id))));
  return weakSegments(evaluation, ordinaryRows(evaluation.examples));
}

const pick = (rng: Rng, of: number): number => Math.floor(rng.uniform() * of);
/** Slices that have nothing to do with anything. */
const noise = (rng: Rng, keys: number, values: number) =>
  Object.fromEntries(Array.from({ length: keys }, (_, key) => [`k${String(key)}`, pick(rng, values)]));

let shared = {};
const searches: Readonly<Record<string, RowOf>> = {
  'right or wrong': (rng, id) => ({ id, correct: rng.uniform() < 0.95, slice: noise(rng, 6, 5) }),
  'skewed losses': (rng, id) => ({ id, loss: (-Math.log(1 - rng.uniform())) ** 3, slice: noise(rng, 6, 5) }),
  'groups of four that err together, in one place': (rng, id) => {
    if (id % 4 === 0) shared = { correct: rng.uniform() < 0.9, slice: noise(rng, 6, 5) };
    return { id, group: Math.floor(id / 4), ...shared };
  },
};

describe('weakSegments', () => {
  it.each(Object.entries(searches))(
    'of 400 segments of chance it mostly finds none: %s',
    async (_, rowOf) => {
      let [searches, looked] = [0, 0];
      let wrong = 0;
      for (let seed = 1; seed <= 20; seed++) {
        const found = await search(1500, seed, rowOf);
        searches += 1;
        looked += found?.searched ?? 0;
        wrong += (found?.found.length ?? 0) > 0 ? 1 : 0;
      }
      expect(looked / searches).toBeGreaterThan(350);
      // 5% of 20 is 1; 5 and more would come of chance in one of 400 such tests.
      expect(wrong).toBeLessThanOrEqual(4);
    },
  );

  it('finds what is worse, and how much', async () => {
    const found = await search(4000, 3, (rng, id) => {
      const lang = ['de', 'en', 'fr'][pick(rng, 3)] ?? '';
      return {
        id,
        correct: rng.uniform() < (lang === 'fr' ? 0.8 : 0.95),
        slice: { ...noise(rng, 4, 5), lang },
      };
    });
    expect(found?.by).toBe('error rate');
    expect(found?.found.map(({ segment }) => segmentName(segment))).toEqual(['lang=fr']);
    expect(found?.found[0]?.inside).toBeCloseTo(0.2, 1);
    expect(found?.found[0]?.outside).toBeCloseTo(0.05, 1);
    expect(found?.found[0]?.p).toBeLessThan(1e-10);
  });

  it('finds a pair whose parts alone are no worse, and tells it before what it spoils', async () => {
    const found = await search(6000, 4, (rng, id) => {
      const [lang, channel] = [
        ['de', 'en', 'fr'][pick(rng, 3)] ?? '',
        ['app', 'web', 'post'][pick(rng, 3)] ?? '',
      ];
      const loss = rng.uniform() + (lang === 'de' && channel === 'app' ? 1 : 0);
      return { id, loss, slice: { lang, channel } };
    });
    expect(found?.by).toBe('loss');
    expect(segmentName(found?.found[0]?.segment ?? [])).toBe('channel=app, lang=de');
  });

  it('looks at nothing too small to tell, and says how much it looked at', async () => {
    const found = await search(200, 5, (_, id) => ({
      id,
      correct: id % 19 !== 0,
      slice: { twenty: id % 20, half: id % 2 },
    }));
    expect(found).toEqual({ by: 'error rate', searched: 2, found: [] });
    expect(await search(100, 6, (_, id) => ({ id, correct: true }))).toBeUndefined();
    expect(await search(100, 7, (_, id) => ({ id, slice: 'a' }))).toBeUndefined();
    expect(await search(10, 8, (_, id) => ({ id, correct: true, slice: 'a' }))).toMatchObject({
      searched: 0,
    });
  });

  it('measures answers that are numbers by how far off they are', async () => {
    const found = await search(1000, 9, (rng, id) => ({
      id,
      label: rng.uniform(),
      prediction: rng.uniform() * (id % 4 === 0 ? 5 : 1),
      slice: id % 4,
    }));
    expect(found?.by).toBe('mae');
    expect(found?.found.map(({ segment }) => segmentName(segment))).toEqual(['slice=0']);
  });
});
