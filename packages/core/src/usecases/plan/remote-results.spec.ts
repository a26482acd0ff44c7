import { MemoryBlobs } from '../../adapters/remote-memory/index.js';
import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { MlError } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import { Remote } from '../../remote/index.js';
import { currentResults } from './current-results.js';
import { explainStep } from '../explain/explain-steps.js';
import { Forecaster } from './forecast-steps.js';
import { planWorkspace } from './plan-workspace.js';
import { applyPushResults, planPushResults } from '../transfer/push-results.js';
import { RunStore } from '../records/run-store.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { newWorkspace, removeWorkspaces, run } from '../testing/small-workspace.js';
import {
  ReadThroughJournal,
  ReadThroughStore,
  RemoteAccess,
  ScratchJournal,
  ScratchStore,
} from '../transfer/index.js';
import { MemoryIndexes } from '../transfer/testing/memory-indexes.js';

/** A machine that made everything and pushed it; then its store loses what a test takes from it. */
describe('remoteResults', () => {
  let machine: FakeMachine;
  let here: MemoryObjectStore;
  let journals: MemoryJournal;
  let blobs: MemoryBlobs;
  let failing: Error | undefined;

  beforeEach(async () => {
    [here, journals, blobs, failing] = [
      new MemoryObjectStore(),
      new MemoryJournal(),
      new MemoryBlobs(),
      undefined,
    ];
    machine = newWorkspace({ objects: here, journals });
    await run(machine);
    const results = await currentResults(['clean', 'm', 'up'], machine.deps);
    const deps = { remote: remote(), store: here, journals };
    await applyPushResults(await planPushResults(results, deps), deps);
  });
  afterEach(removeWorkspaces);

  const remote = (): Remote => new Remote({ blobs, indexes: new MemoryIndexes() });
  /** As whoever asks sees it: with the remote, and without keeping anything. */
  function asking() {
    const access = new RemoteAccess({
      open: () => (failing === undefined ? Promise.resolve(remote()) : Promise.reject(failing)),
      clock: machine.deps.clock,
      onFailure: () => undefined,
    });
    const local = new ScratchStore(here, new MemoryObjectStore());
    const stores = {
      objects: new ReadThroughStore({ local, access }),
      journals: new ReadThroughJournal(new ScratchJournal(journals, new MemoryJournal()), access),
    };
    return { ...machine.deps, stores, runs: new RunStore(stores), here };
  }
  async function plan() {
    const deps = asking();
    const steps = await planWorkspace(['m', 'up'], { ...deps, forecaster: new Forecaster(deps) });
    return Object.fromEntries(
      steps.map(({ ref, state, lost, remote: afar }) => [
        stepId(ref),
        { state, isLost: lost !== undefined, ...(afar === undefined ? {} : { files: afar.files }) },
      ]),
    );
  }
  const current = { state: 'current', isLost: false };

  it('are none where all is here', async () => {
    expect(await plan()).toMatchObject({ 'm:train': current, 'up:train': current });
    expect(Object.values(await plan()).every((step) => !('files' in step))).toBe(true);
  });

  it('are told of what was evicted, and count as there', async () => {
    here.bytes.clear();
    expect(await plan()).toEqual({
      'rows:data': current,
      'clean:data': { ...current, files: 1 },
      // One for each of two seeds.
      'm:train': { ...current, files: 2 },
      'm:evaluate': current,
      'up:train': { ...current, files: 1 },
    });
    expect(here.bytes.size).toBe(0);
  });

  it('are told of what would be restored, and of nothing that another machine must make', async () => {
    here.bytes.clear();
    journals.files.clear();
    for (const name of ['clean/data', 'm/train', 'up/train'])
      machine.write({ [`.nx-ml/manifests/${name}.key.json`]: '{}' });
    expect(await plan()).toMatchObject({
      'clean:data': { state: 'restore', files: 1 },
      'm:train': { state: 'restore', files: 2 },
      'up:train': { state: 'restore', files: 1 },
    });
    expect([here.bytes.size, journals.files.size]).toEqual([0, 0]);
  });

  it('look at each file where something is about to read it', async () => {
    const trees = [...here.bytes].filter(([, bytes]) => bytes.toString().startsWith('{"entries"'));
    for (const [digest] of here.bytes)
      if (!trees.some(([tree]) => tree === digest)) here.bytes.delete(digest);
    expect(await plan()).toMatchObject({ 'm:train': current });
    machine.write({ 'models/m/evaluate.mjs': '// evaluates better\n' });
    expect(await plan()).toMatchObject({
      'm:train': { ...current, files: 2 },
      'm:evaluate': { state: 'run' },
    });
  });

  it('are lost where the remote has them no more, or gives no answer', async () => {
    here.bytes.clear();
    const lost = { state: 'current', isLost: true };
    failing = new MlError('ERR_ML_REMOTE_UNAVAILABLE', { message: 'it is far', fix: 'Come near.' });
    expect(await plan()).toMatchObject({ 'm:train': lost, 'up:train': lost });
    failing = undefined;
    blobs.blobs.clear();
    expect(await plan()).toMatchObject({ 'm:train': lost, 'up:train': lost });
  });

  it('are told of the one step that is explained', async () => {
    here.bytes.clear();
    const deps = asking();
    const { objects } = deps.stores;
    const sourceControl = {
      commitsSince: () => Promise.resolve(undefined),
      uncommitted: () => Promise.resolve(new Set<string>()),
    };
    const ref = { project: 'm', step: 'train' } as const;
    const forecaster = new Forecaster(deps);
    const [step] = await explainStep(ref, { ...deps, objects, forecaster, sourceControl });
    expect(step).toMatchObject({ state: 'current', isLost: false, remote: { files: 2 } });
  });
});
