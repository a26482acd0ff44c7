import fc from 'fast-check';

import { collectGarbage } from './collect-garbage.js';
import type { GarbageRequest } from './collect-garbage.js';
import { GcWorld, Killed } from '../testing/gc-world.js';

const dayMs = 86_400_000;

function requestOf(graceDays: number): GarbageRequest {
  return {
    workspaces: [],
    policy: { keepDays: 90, keepLast: 3 },
    graceMs: graceDays * dayMs,
    acceptedBlobs: new Set(),
  };
}

/** Draws from numbers that fast-check chose, and makes do with zeros when they are used up. */
function drawFrom(numbers: readonly number[]): (limit: number) => number {
  let used = 0;
  return (limit) => {
    used += 1;
    return limit <= 0 ? 0 : (numbers[used - 1] ?? 0) % limit;
  };
}

async function collect(world: GcWorld, graceDays: number): Promise<number> {
  try {
    return (await collectGarbage(requestOf(graceDays), world.deps, () => undefined)).deleted.length;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return 0;
  }
}

/** A few months of work with gcs in between, some of which are killed. @returns how many objects were deleted. */
async function live(world: GcWorld, draw: (limit: number) => number, rounds: number): Promise<number> {
  let deleted = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (let count = draw(8); count > 0; count -= 1) {
      world.act();
      world.pass(draw(40) * 3_600_000);
    }
    world.pass(draw(12) * dayMs);
    world.busy = draw(4);
    world.killAfter = draw(3) === 0 ? draw(60) : Infinity;
    deleted += await collect(world, [0, 2, 14][draw(3)] ?? 14);
    world.busy = 0;
    // Whoever uses the store next brings back what a dead gc had set aside.
    await world.store.restoreSetAside();
    expect(world.lost()).toEqual([]);
  }
  world.settle();
  expect(world.lost()).toEqual([]);
  return deleted;
}

const histories = fc.array(fc.nat(1_000_000), { minLength: 300, maxLength: 700, size: 'max' });

describe('collectGarbage', () => {
  it('deletes nothing that can be reached, whatever happened before and happens meanwhile', async () => {
    let deleted = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (numbers) => {
        const draw = drawFrom(numbers);
        deleted += await live(new GcWorld(draw), draw, 12);
      }),
      { numRuns: 1500 },
    );
    // It would be easy to delete nothing at all.
    expect(deleted).toBeGreaterThan(1500);
  }, 300_000);

  it('deletes in the end all that cannot be reached', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (numbers) => {
        const draw = drawFrom(numbers);
        const world = new GcWorld(draw);
        await live(world, draw, 4);
        for (let round = 0; round < 2; round += 1) {
          await collect(world, 14);
          world.pass(15 * dayMs);
        }
        await collect(world, 14);
        expect(new Set(world.store.kept.keys())).toEqual(world.needed());
      }),
      { numRuns: 200 },
    );
  });

  it.each(['refresh', 'second look'] as const)(
    'would not do without the %s',
    async (part) => {
      const result = await fc.check(
        fc.asyncProperty(histories, async (numbers) => {
          const draw = drawFrom(numbers);
          await live(new GcWorld(draw, part), draw, 12);
        }),
        { numRuns: 5000, endOnFailure: true, seed: 1 },
      );
      expect(result.failed).toBe(true);
    },
    300_000,
  );
});
