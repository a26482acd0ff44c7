import fc from 'fast-check';

import { simulate } from './testing/simulation.js';
import type { Script, ScriptedTask, Trace } from './testing/simulation.js';

const limits = { parallel: 3, gpu: 2, memory: 10, resolving: 4 };

const job = fc.record({
  gpu: fc.integer({ min: 0, max: limits.gpu }),
  memory: fc.integer({ min: 0, max: limits.memory }),
  weight: fc.integer({ min: 0, max: 50 }),
});

const rarely = fc.integer({ min: 0, max: 9 }).map((die) => die === 0);

/** Each task depends on some of those before it, so that there is no circle; then the order is shuffled. */
const tasks: fc.Arbitrary<ScriptedTask[]> = fc
  .array(
    fc.record({
      dependencies: fc.array(fc.nat(), { maxLength: 3 }),
      unresolved: rarely,
      unfinished: rarely,
      jobs: fc.array(fc.record({ spec: job, bad: rarely, frees: fc.boolean() }), { maxLength: 4 }),
    }),
    { maxLength: 25 },
  )
  .map((drafts) =>
    drafts.map(({ dependencies, unresolved, unfinished, jobs }, index) => ({
      id: `t${String(index)}`,
      dependsOn: ['elsewhere', ...dependencies.map((at) => `t${String(at % Math.max(1, index))}`)].filter(
        (id) => id !== `t${String(index)}`,
      ),
      resolves: !unresolved,
      finishes: !unfinished,
      jobs: jobs.map(({ spec: { gpu, memory, weight }, bad, frees }, seed) => ({
        id: `seed-${String(seed)}`,
        resources: { gpu, memory },
        weight,
        ok: !bad,
        frees,
      })),
    })),
  )
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));

const script: fc.Arbitrary<Script> = fc.record({
  tasks,
  limits: fc.constant(limits),
  picks: fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
  cancelAt: fc.option(fc.nat({ max: 30 }), { nil: undefined, freq: 3 }),
});

function endsOf(trace: Trace): Map<string, Trace['actions'][number]> {
  const ends = trace.actions.filter(({ type }) => type === 'done' || type === 'failed' || type === 'skip');
  const byTask = new Map(ends.map((end) => [end.task, end]));
  expect(ends).toHaveLength(byTask.size);
  return byTask;
}

function ancestors(list: readonly ScriptedTask[], id: string): Set<string> {
  const byId = new Map(list.map((task) => [task.id, task]));
  const found = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const dependency of byId.get(next)?.dependsOn ?? [])
      if (byId.has(dependency) && !found.has(dependency)) {
        found.add(dependency);
        open.push(dependency);
      }
  return found;
}

function wouldFail(task: ScriptedTask): boolean {
  const ran = task.resolves && task.jobs.length > 0;
  return !task.resolves || (ran && (task.jobs.some(({ ok }) => !ok) || !task.finishes));
}

describe('any graph, any outcomes, any order of events', () => {
  it('comes to an end in which every task has ended exactly once', () => {
    fc.assert(
      fc.property(script, (given) => {
        const trace = simulate(given);
        expect(trace.finished).toBe(true);
        expect([...endsOf(trace).keys()].sort()).toEqual(given.tasks.map(({ id }) => id).sort());
      }),
      { numRuns: 500 },
    );
  });

  it('never exceeds a limit', () => {
    fc.assert(
      fc.property(script, (given) => {
        const { peak } = simulate(given);
        expect(peak.slots).toBeLessThanOrEqual(limits.parallel);
        expect(peak.publishing).toBeLessThanOrEqual(2 * limits.parallel);
        expect(peak.gpu).toBeLessThanOrEqual(limits.gpu);
        expect(peak.memory).toBeLessThanOrEqual(limits.memory);
        expect(peak.resolving).toBeLessThanOrEqual(limits.resolving);
      }),
      { numRuns: 500 },
    );
  });

  it('starts nothing of a task before its dependencies are done', () => {
    fc.assert(
      fc.property(script, (given) => {
        const done = new Set<string>();
        const byId = new Map(given.tasks.map((task) => [task.id, task]));
        for (const action of simulate(given).actions) {
          if (action.type === 'done') done.add(action.task);
          if (action.type !== 'resolve' && action.type !== 'run') continue;
          for (const dependency of byId.get(action.task)?.dependsOn ?? [])
            if (byId.has(dependency)) expect(done).toContain(dependency);
        }
      }),
    );
  });

  it('without a cancel: fails exactly what fails by itself, and skips exactly what depends on it', () => {
    fc.assert(
      fc.property(script, (given) => {
        const ends = endsOf(simulate({ ...given, cancelAt: undefined }));
        const byId = new Map(given.tasks.map((task) => [task.id, task]));
        for (const task of given.tasks) {
          const above = [...ancestors(given.tasks, task.id)]
            .map((id) => byId.get(id))
            .filter((it) => it !== undefined);
          const end = ends.get(task.id);
          if (!above.some(wouldFail)) expect(end?.type).toBe(wouldFail(task) ? 'failed' : 'done');
          else {
            expect(end?.type).toBe('skip');
            const because = end?.type === 'skip' ? end.because : undefined;
            const named = because?.reason === 'dependency-failed' ? because.task : '';
            expect(ends.get(named)?.type).toBe('failed');
            expect(above.map(({ id }) => id)).toContain(named);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('says the same for the same events', () => {
    fc.assert(
      fc.property(script, (given) => {
        expect(simulate(given)).toEqual(simulate(given));
      }),
    );
  });

  it('starts nothing after a cancel, and skips nothing before it', () => {
    fc.assert(
      fc.property(script, fc.nat({ max: 20 }), (given, cancelAt) => {
        const { actions, cancelledAt = actions.length } = simulate({ ...given, cancelAt });
        const later = actions.slice(cancelledAt).map(({ type }) => type);
        expect(later).not.toContain('resolve');
        expect(later).not.toContain('run');
        const skipped = actions.findIndex(
          (action) => action.type === 'skip' && action.because.reason === 'cancelled',
        );
        if (skipped !== -1) expect(skipped).toBeGreaterThanOrEqual(cancelledAt);
      }),
      { numRuns: 500 },
    );
  });
});
