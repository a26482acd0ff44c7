import * as fc from 'fast-check';

import { planShards } from './shards.js';
import type { ShardUnit } from './shards.js';

const unit = (name: string, expectedMs?: number, runner = 'default'): ShardUnit => ({
  projects: [name],
  expectedMs,
  runner,
});

describe('planShards', () => {
  it('deals the longest first, each to whoever has least', () => {
    const units = [unit('a', 5), unit('b', 4), unit('c', 3), unit('d', 3), unit('e', 3)];
    expect(planShards(units, 2).map(({ projects, expectedMs }) => [projects, expectedMs])).toEqual([
      [['a', 'd'], 8],
      [['b', 'c', 'e'], 10],
    ]);
  });

  it('gives every kind of machine one, and the rest where most is to do', () => {
    const units = [unit('a', 1), unit('b', 50, 'gpu'), unit('c', 60, 'gpu'), unit('d', 1)];
    expect(planShards(units, 3).map(({ runner, projects }) => [runner, projects])).toEqual([
      ['default', ['a', 'd']],
      ['gpu', ['c']],
      ['gpu', ['b']],
    ]);
    expect(planShards(units, 1)).toHaveLength(2);
  });

  it('counts what nobody knows as the median of what is known, and deals out what takes no time', () => {
    const units = [unit('a', 10), unit('b', 9), unit('c'), unit('d', 2)];
    expect(planShards(units, 2)).toMatchObject([
      { projects: ['a', 'd'], expectedMs: 12 },
      { projects: ['b', 'c'], expectedMs: undefined },
    ]);
    expect(planShards([unit('a', 0), unit('b', 0)], 2)).toHaveLength(2);
    expect(planShards([], 4)).toEqual([]);
  });

  it('loses no project, makes no empty shard, and keeps units whole and kinds apart', () => {
    const units = fc.uniqueArray(
      fc.record({
        projects: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 3 }),
        expectedMs: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
        runner: fc.constantFrom('default', 'gpu', 'memory'),
      }),
      { selector: ({ projects }) => projects[0], maxLength: 20 },
    );
    fc.assert(
      fc.property(units, fc.integer({ min: 1, max: 8 }), (given, count) => {
        const named = given.map((each, at) => ({
          ...each,
          projects: each.projects.map((name) => `${String(at)}-${name}`),
        }));
        const shards = planShards(named, count);
        expect(shards.flatMap(({ projects }) => projects).sort()).toEqual(
          named.flatMap(({ projects }) => projects).sort(),
        );
        expect(shards.every(({ projects }) => projects.length > 0)).toBe(true);
        expect(shards.length).toBeLessThanOrEqual(
          Math.max(count, new Set(named.map(({ runner }) => runner)).size),
        );
        for (const { projects, runner } of named)
          expect(
            shards.filter((s) => s.runner === runner && projects.every((p) => s.projects.includes(p))),
          ).toHaveLength(1);
      }),
    );
  });
});
