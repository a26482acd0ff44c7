import fc from 'fast-check';

import { BatchQueue } from './batch-queue.js';

interface Item {
  readonly id: number;
  readonly rows: number;
  readonly key: string;
}

const items = fc.array(fc.record({ rows: fc.integer({ min: 0, max: 12 }), key: fc.constantFrom('a', 'b') }), {
  maxLength: 60,
});

function drained(maxRows: number | undefined, wanted: readonly Omit<Item, 'id'>[]): Item[][] {
  const queue = new BatchQueue<Item>(maxRows === undefined ? undefined : { maxRows, maxDelay: 0 });
  wanted.forEach((item, id) => {
    queue.push({ ...item, id });
  });
  const runs: Item[][] = [];
  while (queue.length > 0) runs.push(...queue.take());
  return runs;
}

it('takes everything once, joins only what is alike, and no more rows than may be', () => {
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 20 }), (wanted, maxRows) => {
      const runs = drained(maxRows, wanted);
      expect(
        runs
          .flat()
          .map(({ id }) => id)
          .sort((a, b) => a - b),
      ).toEqual(wanted.map((_, id) => id));
      for (const run of runs) {
        expect(new Set(run.map(({ key }) => key)).size).toBe(1);
        if (run.length > 1) {
          expect(run.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(maxRows);
          expect(run.every(({ rows }) => rows > 0)).toBe(true);
        }
      }
    }),
  );
});

it('never lets the first in the line wait for another', () => {
  fc.assert(
    fc.property(items, (wanted) => {
      let least = -1;
      for (const [first] of drained(8, wanted)) {
        expect(first?.id).toBeGreaterThan(least);
        least = first?.id ?? least;
      }
    }),
  );
});

it('joins nothing without rules', () => {
  fc.assert(
    fc.property(items, (wanted) => {
      expect(drained(undefined, wanted).map((run) => run.map(({ id }) => id))).toEqual(
        wanted.map((_, id) => [id]),
      );
    }),
  );
});
