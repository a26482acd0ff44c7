import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import { compareRuns, findGroup } from '../explain/compare-runs.js';
import { evaluatedNames, listRuns, measuredMetrics } from './list-runs.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { files, newWorkspace, removeWorkspaces, run } from '../testing/small-workspace.js';

const yaml = files['models/m/ml.yaml'];

describe('listRuns', () => {
  let machine: FakeMachine;
  const groups = () => listRuns('m', 'train', machine.deps);

  beforeEach(async () => {
    machine = newWorkspace();
    await run(machine);
  });
  afterEach(removeWorkspaces);

  it('puts seeds together, with the metrics of training and of the evaluation of those very models', async () => {
    const [group, ...more] = await groups();
    expect(more).toEqual([]);
    expect(group?.runs.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(group).toMatchObject({ current: true, revision: { branch: 'main' } });
    // The scripted commands write their size and seed: evaluate has the plain name, train the longer one.
    const { 'train.size': trained, size } = group?.metrics ?? {};
    expect(trained).toMatchObject({ n: 2, mean: '["train",{"rate":1},1]'.length + 1.5 });
    expect(size).toMatchObject({ n: 2, mean: '["evaluate",{"rate":1},1]'.length + 1.5 });
    expect(size?.std).toBeCloseTo(Math.SQRT1_2);
    const runs = group?.runs ?? [];
    const lengths = ['["train",{"rate":1},1]'.length, '["evaluate",{"rate":1},1]'.length] as const;
    expect(runs.map((each) => measuredMetrics(each, evaluatedNames(runs)))).toEqual(
      [1, 2].map((seed) => ({ 'train.size': lengths[0] + seed, size: lengths[1] + seed })),
    );
    expect(runs[1]?.evaluation?.document).toMatchObject({ step: 'evaluate', seed: 2 });
  });

  it('lists each state once, newest first, and knows which one the workspace stands at', async () => {
    machine.write({ 'models/m/ml.yaml': yaml.replace('rate: 1', 'rate: 22') });
    await run(machine);
    machine.write({ 'models/m/ml.yaml': yaml.replace('[1, 2]', '[1, 2, 3]') });
    await run(machine);
    const found = await groups();
    expect(found.map(({ runs, current }) => [runs.length, runs[0]?.document.params, current])).toEqual([
      [2, { rate: 22 }, false],
      [3, { rate: 1 }, true],
    ]);
  });

  it('sees the runs of other clones, and leaves out what the store has lost', async () => {
    const stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
    await run(newWorkspace(stores));
    machine = newWorkspace(stores);
    expect((await groups()).map(({ runs, current }) => [runs.length, current])).toEqual([[2, false]]);
    stores.objects.bytes.clear();
    expect(await groups()).toEqual([]);
  });

  it('compares two by what they are made of, down to the rows', async () => {
    machine.write({ 'models/m/ml.yaml': yaml.replace('rate: 1', 'rate: 2') });
    await run(machine);
    const found = await groups();
    const [after, before] = found;
    if (after === undefined || before === undefined) throw new Error('two groups expected');
    const { changes } = await compareRuns(before, after, { ...machine.deps, objects: machine.objects });
    expect(changes).toEqual([{ what: 'param', name: 'rate', before: 1, after: 2 }]);
    const unevaluated = { ...after, runs: after.runs.map((each) => ({ ...each, evaluation: undefined })) };
    const sides = await compareRuns(before, unevaluated, { ...machine.deps, objects: machine.objects });
    expect(Object.keys(sides.before.metrics)).toEqual(['size', 'train.size']);
    expect(Object.keys(sides.after.metrics)).toEqual(['train.size']);
    expect(findGroup(before.id, found)).toBe(before);
    expect(findGroup(before.runs[1]?.key ?? '', found)).toBe(before);
    expect(failureOf(() => findGroup('', found)).code).toBe('ERR_ML_OBJECT_MISSING');
    expect(failureOf(() => findGroup('zz', found)).code).toBe('ERR_ML_OBJECT_MISSING');
  });
});
