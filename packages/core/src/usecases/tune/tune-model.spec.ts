import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { exited } from '../testing/fake-machine.js';
import {
  lossOf,
  openOn,
  leaveResults,
  removeTuned,
  tunedMachine,
  tuneOn,
} from './testing/tuned-workspace.js';

afterEach(removeTuned);

const space = '{ x: { float: [-10, 10], step: 0.5 } }';
const tune = (more = ''): string =>
  `{ space: ${space}, objective: { metric: loss, step: train }, trials: 12, sampler: random${more} }`;

describe('tuneModel', () => {
  it('tries what there is first, then what the sampler says, and tells the best', async () => {
    const machine = tunedMachine(tune());
    const { study, counts, executed, because } = await tuneOn(machine);
    expect({ executed, because, ended: counts.ended }).toEqual({
      executed: 12,
      because: 'all-begun',
      ended: 12,
    });
    const [first, ...others] = study.trials();
    expect(first).toMatchObject({ number: 0, origin: 'current', values: { x: 5 }, state: 'complete' });
    expect(others.map(({ params }) => params['note'])).toEqual(Array(11).fill('kept'));
    const losses = study.trials().map(({ seeds }) => seeds[0]?.values[0] ?? NaN);
    expect(counts.best?.seeds[0]?.values[0]).toBe(Math.min(...losses));
  });

  it('runs nothing again, and with more trials exactly those', async () => {
    const machine = tunedMachine(tune());
    await tuneOn(machine);
    machine.engine.take();
    expect(await tuneOn(machine)).toMatchObject({ executed: 0 });
    expect(machine.engine.take()).toEqual([]);
    expect(await tuneOn(machine, { trials: 17 })).toMatchObject({ executed: 5, counts: { ended: 17 } });
    expect(machine.engine.take()).toHaveLength(5);
  });

  it('keeps what lies in a changed space, and begins anew for changed code, with what was best', async () => {
    const machine = tunedMachine(tune());
    const before = await tuneOn(machine);
    machine.engine.take();
    const yaml = 'models/m/ml.yaml';
    const text = (range: string): string =>
      `kind: model\nparams: { x: 5, note: kept }\ntrain: { command: node train.mjs }\ntune: ${tune().replace('[-10, 10]', range)}\n`;
    machine.write({ [yaml]: text('[0, 10]') });
    const kept = before.study.trials().filter(({ values }) => Number(values['x']) >= 0).length;
    const after = await tuneOn(machine);
    expect(after.executed).toBe(12 - kept);
    machine.write({ 'models/m/train.mjs': '// trains better\n' });
    const anew = await tuneOn(machine);
    expect(anew.executed).toBe(12);
    expect(
      anew.study
        .trials()
        .map(({ origin }) => origin)
        .slice(0, 3),
    ).toEqual(['current', 'earlier-best', 'sampler']);
    expect(anew.study.trials()[1]?.values).toEqual(after.counts.best?.values);
  });

  it('another parameter that is not tuned makes other trials', async () => {
    const machine = tunedMachine(tune());
    await tuneOn(machine);
    machine.write({
      'models/m/ml.yaml': `kind: model\nparams: { x: 5, note: other }\ntrain: { command: node train.mjs }\ntune: ${tune()}\n`,
    });
    expect(await tuneOn(machine)).toMatchObject({ executed: 12 });
  });

  it('reads what was run elsewhere: a clone that shares the store runs nothing', async () => {
    const stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
    const first = tunedMachine(tune(), stores);
    await tuneOn(first);
    const other = tunedMachine(tune(), stores);
    expect(await tuneOn(other)).toMatchObject({ executed: 0, counts: { ended: 12 } });
    // A study of its own, whose runs are known.
    const third = tunedMachine(tune(), { objects: stores.objects, journals: stores.journals });
    const own = { ...third, deps: { ...third.deps, workspaceId: 'another' } };
    expect(await tuneOn(own)).toMatchObject({ executed: 0, counts: { ended: 12 } });
  });

  it('two processes share the trials, and none runs twice', async () => {
    const stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
    const machines = ['one', 'two', 'three'].map((mark) => {
      const machine = tunedMachine(tune(', parallel: 2'), stores);
      return { ...machine, deps: { ...machine.deps, processMark: mark } };
    });
    const tuned = await Promise.all(machines.map((machine) => tuneOn(machine)));
    expect(tuned.reduce((sum, { executed }) => sum + executed, 0)).toBe(12);
    const { trials } = await openOn(machines[0] ?? tunedMachine(tune()));
    expect(trials().map(({ number, state }) => [number, state])).toEqual(
      Array.from({ length: 12 }, (_, number) => [number, 'complete']),
    );
  });

  it('takes up under its number what a process left that is gone, and not what one that lives runs', async () => {
    const stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
    const cancel = new AbortController();
    const first = tunedMachine(tune(), stores);
    let ran = 0;
    first.engine.script = (run) => {
      ran += 1;
      if (ran === 4) {
        cancel.abort();
        return { state: 'cancelled' };
      }
      leaveResults(run, { loss: lossOf(run) });
      return exited(0);
    };
    await expect(tuneOn(first, { signal: cancel.signal })).rejects.toMatchObject({
      code: 'ERR_ML_CANCELLED',
    });
    const left = (await openOn(first)).trials()[3];
    expect(left).toMatchObject({ number: 3, state: 'asked', by: 'fake-process' });
    const other = tunedMachine(tune(), stores);
    const deps = { ...other.deps, processMark: 'other' };
    const lives = await tuneOn({ ...other, deps }, { trials: 5, deps: { ...deps, hasEnded: () => false } });
    expect(lives.study.trials()[3]).toMatchObject({ state: 'asked', by: 'fake-process' });
    expect(lives).toMatchObject({ executed: 1, counts: { ended: 4 } });
    const gone = await tuneOn({ ...other, deps }, { deps: { ...deps, hasEnded: () => true } });
    expect(gone.study.trials()[3]).toMatchObject({ state: 'complete', by: 'other', params: left?.params });
    expect(gone).toMatchObject({ executed: 8, counts: { ended: 12 } });
  });

  it('a trial that fails is told with its log, and too many end the study', async () => {
    const machine = tunedMachine(tune(', maxFailures: 1'));
    machine.engine.script = (run) => {
      if (Number(run.params['x']) < 3) return exited(3);
      leaveResults(run, { loss: lossOf(run) });
      return exited(0);
    };
    await expect(tuneOn(machine)).rejects.toMatchObject({ code: 'ERR_ML_TUNE_FAILED' });
    const failed = (await openOn(machine)).trials().filter(({ state }) => state === 'failed');
    expect(failed).toHaveLength(2);
    expect(failed[0]?.failure).toMatchObject({ code: 'ERR_ML_COMMAND_FAILED' });
    // What is left goes on, and what failed is not tried again.
    await expect(tuneOn(machine)).rejects.toMatchObject({ code: 'ERR_ML_TUNE_FAILED' });
    const numbers = (await openOn(machine)).trials().map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('ends a trial that falls behind, tells how far it came, and never publishes it', async () => {
    const machine = tunedMachine(tune(', pruner: asha'));
    machine.engine.script = (run, _, watcher) => {
      const loss = lossOf(run);
      for (let step = 1; step <= 9; step += 1) watcher.line?.({ step, metrics: { loss: loss + 9 - step } });
      if (machine.engine.signal?.aborted === true) return { state: 'cancelled' };
      leaveResults(run, { loss });
      return exited(0);
    };
    const { study, counts } = await tuneOn(machine);
    expect(counts.pruned).toBeGreaterThan(2);
    const pruned = study.trials().find(({ state }) => state === 'pruned');
    expect(pruned?.steps.length).toBeGreaterThan(0);
    expect(pruned?.seeds).toEqual([]);
    const run = study.runs.train(pruned?.params ?? {}, 1);
    expect(await machine.deps.runs.find(run.run.key)).toBeUndefined();
    expect(counts.best?.state).toBe('complete');
  });

  it('begins no trial once the time is spent', async () => {
    const machine = tunedMachine(tune(', budget: { time: 1s }'));
    machine.engine.script = (run) => {
      for (let tick = 0; tick < 300; tick += 1) machine.deps.clock.monotonic();
      leaveResults(run, { loss: lossOf(run) });
      return exited(0);
    };
    const { because, counts } = await tuneOn(machine);
    expect({ because, ended: counts.ended }).toEqual({ because: 'time', ended: 4 });
    expect(await tuneOn(machine)).toMatchObject({ because: 'time', executed: 0 });
  });

  it('begins no trial once those that are left would gain nothing that matters', async () => {
    const machine = tunedMachine(tune(', minGain: 1').replace('trials: 12', 'trials: 200'));
    machine.engine.script = (run) => {
      leaveResults(run, { loss: 100 + Math.min(0.001, lossOf(run)) });
      return exited(0);
    };
    const { because, counts } = await tuneOn(machine);
    expect({ because, ended: counts.ended }).toEqual({ because: 'no-gain', ended: 30 });
    expect(await tuneOn(machine)).toMatchObject({ because: 'no-gain', executed: 0 });
  });

  it('refuses a budget of money where nobody said what an hour costs', async () => {
    const machine = tunedMachine(tune(', budget: { cost: 10 }'));
    await expect(tuneOn(machine)).rejects.toMatchObject({ code: 'ERR_ML_CONFIG_INVALID' });
    expect(await tuneOn(machine, { prices: { hour: 1e9 } })).toMatchObject({ because: 'cost' });
  });
});
