import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import type { FileCommit, StepName } from '../../documents/index.js';
import { explainStep } from './explain-steps.js';
import type { StepExplanation } from './explain-steps.js';
import { Forecaster } from '../plan/forecast-steps.js';
import type { SourceControl } from '../ports.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { files, newWorkspace, removeWorkspaces, run, task } from '../testing/small-workspace.js';

const noGit: SourceControl = {
  commitsSince: () => Promise.resolve(undefined),
  uncommitted: () => Promise.resolve(new Set()),
};

function explain(
  { deps, objects }: FakeMachine,
  project: string,
  step: StepName,
  sourceControl = noGit,
): Promise<readonly StepExplanation[]> {
  const forecaster = new Forecaster(deps);
  return explainStep({ project, step }, { ...deps, objects, forecaster, sourceControl });
}

const inShort = (steps: readonly StepExplanation[]) =>
  steps.map(({ ref, state, changes, waitsFor }) => ({
    step: `${ref.project}:${ref.step}`,
    state,
    changes: changes.map((change) => `${change.what} ${'path' in change ? change.path : change.name}`),
    ...(waitsFor.length === 0 ? {} : { waits: waitsFor.map((on) => `${on.project}:${on.step}`) }),
  }));

describe('explainStep', () => {
  let machine: FakeMachine;

  beforeEach(async () => {
    machine = newWorkspace();
    await run(machine);
    machine.engine.take();
  });
  afterEach(() => {
    expect(machine.engine.take()).toEqual([]);
    removeWorkspaces();
  });

  it('says that nothing changed', async () => {
    const [step] = await explain(machine, 'm', 'train');
    expect(step).toMatchObject({ state: 'current', changes: [], last: { revision: { branch: 'main' } } });
    expect(step?.same).toMatchObject({ inputs: ['clean'], params: ['rate'], code: ['models/m/train.mjs'] });
  });

  it('says that nothing changed, and that the store has lost it all the same', async () => {
    expect((await explain(machine, 'm', 'train'))[0]?.isLost).toBe(false);
    machine.objects.bytes.clear();
    expect((await explain(machine, 'm', 'train'))[0]).toMatchObject({ state: 'current', isLost: true });
    expect((await explain(machine, 'rows', 'data'))[0]).toMatchObject({ state: 'current', isLost: false });
  });

  it('names the parameter, its values and where it was written', async () => {
    machine.write({ 'models/m/ml.yaml': files['models/m/ml.yaml'].replace('rate: 1', 'rate: 0.5') });
    const since: string[] = [];
    const commit: FileCommit = { commit: 'd'.repeat(40), subject: 'Learn slower' };
    const [step] = await explain(machine, 'm', 'train', {
      ...noGit,
      commitsSince: (commitBefore) => {
        since.push(commitBefore);
        return Promise.resolve(new Map([['models/m/ml.yaml', commit]]));
      },
    });
    expect(step?.changes).toEqual([
      { what: 'param', name: 'rate', before: 1, after: 0.5, origin: { state: 'committed', ...commit } },
    ]);
    expect(since).toEqual(['c'.repeat(40)]);
  });

  it('goes back through what would be made first, and counts it as neither changed nor the same', async () => {
    machine.write({ 'datasets/rows/rows.csv': 'a\nb\nc\n' });
    const steps = await explain(machine, 'm', 'evaluate');
    expect(inShort(steps)).toEqual([
      { step: 'm:evaluate', state: 'waits', changes: [], waits: ['clean:data', 'm:train'] },
      { step: 'clean:data', state: 'run', changes: ['data rows'] },
      { step: 'm:train', state: 'waits', changes: [], waits: ['clean:data'] },
    ]);
    expect(steps[0]?.same.inputs).toEqual([]);
    const [change] = steps[1]?.changes ?? [];
    expect(change).toMatchObject({
      files: [{ path: 'rows.csv', change: 'edited', rows: { added: 1, removed: 0 } }],
    });
  });

  it('explains what was made anew meanwhile by the run that made what was read last', async () => {
    machine.write({ 'models/m/train.mjs': '// trains better\n' });
    await run(machine, [task('m', 'train', [])]);
    machine.engine.take();
    const steps = await explain(machine, 'up', 'train');
    // The model's bytes are the same, since the scripted trainer writes its parameters alone: nothing to explain.
    expect(inShort(steps)).toEqual([{ step: 'up:train', state: 'current', changes: [] }]);
    machine.write({ 'models/m/ml.yaml': files['models/m/ml.yaml'].replace('rate: 1', 'rate: 3') });
    await run(machine, [task('m', 'train', [])]);
    machine.engine.take();
    expect(inShort(await explain(machine, 'up', 'train'))).toEqual([
      { step: 'up:train', state: 'run', changes: ['model base'] },
      { step: 'm:train', state: 'current', changes: ['param rate'] },
    ]);
  });

  it('tells new seeds from changes', async () => {
    machine.write({ 'models/m/ml.yaml': files['models/m/ml.yaml'].replace('[1, 2]', '[2, 3]') });
    const [step] = await explain(machine, 'm', 'train');
    expect(step).toMatchObject({ state: 'run', changes: [], seeds: { added: [3], removed: [1] } });
  });

  it('knows the last run of another clone, and a step that never ran', async () => {
    const stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
    await run(newWorkspace(stores));
    const clone = newWorkspace(stores);
    clone.write({ 'models/m/train.mjs': '// trains better\n' });
    const [step] = await explain(clone, 'm', 'train');
    expect(inShort(step === undefined ? [] : [step])).toEqual([
      { step: 'm:train', state: 'run', changes: ['code models/m/train.mjs'] },
    ]);
    const fresh = newWorkspace();
    const [never] = await explain(fresh, 'rows', 'data');
    expect(never).not.toHaveProperty('last');
  });

  it('says that a result was lost, and why a step is broken', async () => {
    machine.write({ '.nx-ml/manifests/m/train.manifest.json': '{}' });
    machine.objects.bytes.clear();
    const [lost] = await explain(machine, 'clean', 'data');
    expect(lost).toMatchObject({ state: 'current', changes: [] });
    const [train] = await explain(machine, 'm', 'train');
    expect(train).toMatchObject({ state: 'run', changes: [] });
    machine.write({ 'models/m/ml.yaml': 'kind: model\n' });
    const [broken] = await explain(machine, 'm', 'train');
    expect(broken).toMatchObject({ state: 'broken', error: { code: 'ERR_ML_CONFIG_INVALID' } });
  });
});
