import { seededRng } from '../../kernel/rng.js';
import type { Rng } from '../../kernel/rng.js';
import { Evaluation } from '../evaluation.js';
import { ordinaryRows } from '../examples.js';
import { measureNamed } from '../measures/catalogue.js';
import { examplesOf } from '../testing/predictions-of.js';
import { measuredOf } from './measured.js';
import type { Measured } from './measured.js';

async function measured(name: string, rows: readonly object[], resample = true) {
  const evaluation = new Evaluation(await examplesOf(rows));
  const measure = measureNamed(name);
  return measure && measuredOf(measure, evaluation, ordinaryRows(evaluation.examples), { resample });
}

/** A classifier of two classes, some 83% right. */
function classified(rng: Rng, id: number) {
  const label = rng.uniform() < 0.4 ? 'spam' : 'ham';
  const p = Math.min(1, Math.max(0, (label === 'spam' ? 0.7 : 0.3) + 0.9 * (rng.uniform() - 0.5)));
  return { id, label, prediction: p >= 0.5 ? 'spam' : 'ham', score: { ham: 1 - p, spam: p }, loss: p };
}

const intervalIn = (found: Measured | undefined) => found?.interval ?? { lower: NaN, upper: NaN };

describe('measuredOf', () => {
  const rows = Array.from({ length: 120 }, (_, id) => classified(seededRng(id + 1), id));

  it('says how each interval was made, and makes it the same again', async () => {
    const methods = {
      accuracy: 'wilson',
      'f1.macro': 'bca',
      auc: 'delong',
      loss: 'bca',
      log_loss: 'bca',
      ece: 'bca',
    };
    for (const [name, method] of Object.entries(methods)) {
      const found = await measured(name, rows);
      expect([name, found?.interval?.method]).toEqual([name, method]);
      const { lower, upper } = intervalIn(found);
      expect([lower, found?.value, upper].sort()).toEqual([lower, found?.value, upper]);
      expect(await measured(name, rows)).toEqual(found);
    }
    expect((await measured('loss', rows, false))?.interval?.method).toBe('t');
    expect(
      (
        await measured(
          'accuracy',
          rows.map((row) => ({ ...row, group: row.id >> 1 })),
        )
      )?.interval?.method,
    ).toBe('groups');
  });

  it('knows no interval where nothing varies, and none for what is measured once', async () => {
    expect(
      (
        await measured('loss', [
          { id: 1, loss: 2 },
          { id: 2, loss: 2 },
        ])
      )?.interval,
    ).toBeNull();
    expect(
      (
        await measured('accuracy', [
          { id: 1, correct: 1, group: 'a' },
          { id: 2, correct: 0, group: 'a' },
        ])
      )?.interval,
    ).toBeNull();
    expect((await measured('latency.p95', [{ id: 1, latency: 2 }]))?.interval).toBeNull();
    expect(await measured('loss', [{ id: 1 }])).toBeUndefined();
  });

  it.each(['accuracy', 'f1.macro', 'auc', 'rmse', 'r2'])(
    'covers the truth about as often as it says: %s',
    async (name) => {
      // The truth is what twenty thousand examples say.
      const rowOf = (rng: Rng, id: number) => {
        const label = rng.uniform() * 3.5;
        return name === 'rmse' || name === 'r2'
          ? { id, label, prediction: label + rng.uniform() + rng.uniform() - 1 }
          : classified(rng, id);
      };
      const draw = (n: number, seed: number) => {
        const rng = seededRng(seed);
        return Array.from({ length: n }, (__, id) => rowOf(rng, id));
      };
      const truth = (await measured(name, draw(20_000, 99), false))?.value ?? NaN;
      let covered = 0;
      for (let seed = 1; seed <= 60; seed++) {
        const { lower, upper } = intervalIn(await measured(name, draw(150, seed), false));
        covered += lower <= truth && truth <= upper ? 1 : 0;
      }
      // 95% of 60 is 57; 51 and fewer would come of chance in one of 300 such tests.
      expect(covered).toBeGreaterThan(51);
    },
  );

  it('examples of one group say less than as many of their own', async () => {
    const twins = rows.flatMap((row) => [row, { ...row, id: `twin of ${String(row.id)}` }]);
    const width = async (given: readonly object[]) => {
      const { lower, upper } = (await measured('accuracy', given))?.interval ?? { lower: NaN, upper: NaN };
      return upper - lower;
    };
    const single = await width(rows.map((row) => ({ ...row, group: row.id })));
    const grouped = await width(twins.map((row, index) => ({ ...row, group: index >> 1 })));
    expect(grouped).toBeCloseTo(single, 6);
    expect(await width(twins)).toBeLessThan(0.8 * grouped);
  });
});
