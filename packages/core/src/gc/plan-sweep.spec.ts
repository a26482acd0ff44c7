import { digestOf } from '../kernel/index.js';
import type { GcMarks } from './marks.js';
import { planSweep } from './plan-sweep.js';
import type { SweepPlan } from './plan-sweep.js';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const at = (days: number): number => start + days * dayMs;

describe('planSweep', () => {
  const digest = digestOf('a');
  const plan = (
    now: number,
    changedAt: number,
    marks?: GcMarks,
    { graceDays = 14, reachable = false } = {},
  ): SweepPlan =>
    planSweep({
      objects: new Map([[digest, { digest, size: 1, changedAt }]]),
      leftovers: [],
      isReachable: () => reachable,
      marks,
      now,
      graceMs: graceDays * dayMs,
    });
  const states = ({ due, waiting }: SweepPlan): readonly [number, number] => [due.length, waiting.length];

  it('marks first, waits for the whole grace, and then lets go', () => {
    const first = plan(at(100), at(0));
    expect(first.waiting).toMatchObject([{ since: at(100), isMarked: false, until: at(114) }]);
    const early = plan(at(114) - 1, at(0), first.marks);
    expect(early.waiting).toMatchObject([{ since: at(100), isMarked: true, until: at(114) }]);
    expect(states(plan(at(114), at(0), early.marks))).toEqual([1, 0]);
  });

  it('starts anew after a gc that found it needed, and after somebody relied on it', () => {
    const first = plan(at(100), at(0)).marks;
    const needed = plan(at(110), at(0), first, { reachable: true });
    expect([states(needed), needed.marks.marks.size]).toEqual([[0, 0], 0]);
    expect(states(plan(at(120), at(0), needed.marks))).toEqual([0, 1]);
    const refreshed = plan(at(120), at(105), first);
    expect(refreshed.waiting).toMatchObject([{ since: at(120), until: at(134) }]);
  });

  it('keeps what is younger than two days even without a grace', () => {
    const marks = plan(at(1), at(0), undefined, { graceDays: 0 }).marks;
    expect(states(plan(at(2) - 1, at(0), marks, { graceDays: 0 }))).toEqual([0, 1]);
    expect(states(plan(at(2), at(0), marks, { graceDays: 0 }))).toEqual([1, 0]);
    expect(states(plan(at(9), at(0), undefined, { graceDays: 0 }))).toEqual([0, 1]);
  });

  it('refuses a clock that is behind an object or the last gc, so that no mark is older than it looks', () => {
    const behind = expect.objectContaining({ code: 'ERR_ML_CLOCK_BEHIND' }) as Error;
    expect(() => plan(at(-400), at(0))).toThrow(behind);
    expect(() => plan(at(90), at(0), plan(at(100), at(0)).marks)).toThrow(behind);
    expect(states(plan(at(0) - 60_000, at(0)))).toEqual([0, 1]);
  });

  it('takes a mark that lies ahead for one of now', () => {
    const ahead = { at: at(100), marks: new Map([[digest, { since: at(100) + 60_000, changedAt: at(0) }]]) };
    expect(plan(at(100), at(0), ahead, { graceDays: 0 }).waiting).toMatchObject([{ since: at(100) }]);
  });

  it('lets go of quarantine and tmp by their age', () => {
    const leftover = (days: number) => ({
      place: 'tmp' as const,
      name: String(days),
      size: 1,
      changedAt: at(-days),
    });
    const gone = (graceDays: number): readonly string[] =>
      planSweep({
        objects: new Map(),
        leftovers: [-3650, -1, 1, 2, 13, 14].map(leftover),
        isReachable: () => true,
        marks: undefined,
        now: start,
        graceMs: graceDays * dayMs,
      }).leftovers.map(({ name }) => name);
    expect(gone(14)).toEqual(['-3650', '14']);
    expect(gone(0)).toEqual(['-3650', '2', '13', '14']);
  });
});
