import { MemoryObjectStore } from '../../adapters/store-memory/index.js';
import type { Digest } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef } from '../../store/index.js';
import { Forecaster } from './forecast-steps.js';
import { lostResults } from './lost-results.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { newWorkspace, removeWorkspaces, run, steps } from '../testing/small-workspace.js';

/** Notes what is asked of it. */
class WatchedStore extends MemoryObjectStore {
  readonly asked: (readonly Digest[])[] = [];
  readonly read: Digest[] = [];

  override missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    this.asked.push(digests);
    return super.missing(digests);
  }

  override readBytes(digest: Digest, limit?: number): Promise<Buffer> {
    this.read.push(digest);
    return super.readBytes(digest, limit);
  }
}

const train: StepRef = { project: 'm', step: 'train' };
const clean: StepRef = { project: 'clean', step: 'data' };

describe('lostResults', () => {
  let machine: FakeMachine;
  let store: WatchedStore;

  beforeEach(async () => {
    store = new WatchedStore();
    machine = newWorkspace({ objects: store });
    await run(machine);
  });
  afterEach(removeWorkspaces);

  async function foretold() {
    const forecaster = new Forecaster(machine.deps);
    return Promise.all(steps.map(async ({ ref }) => ({ ref, forecast: await forecaster.of(ref) })));
  }
  const lost = async (): Promise<Readonly<Record<string, readonly string[]>>> =>
    Object.fromEntries(
      [...(await lostResults(await foretold(), machine.deps))].map(([id, { readBy }]) => [
        id,
        readBy.map(stepId),
      ]),
    );
  async function outputOf(ref: StepRef, output: string): Promise<ObjectRef> {
    const forecast = await new Forecaster(machine.deps).of(ref);
    const found = 'manifest' in forecast ? forecast.manifest.runs[0]?.outputs[output] : undefined;
    if (found === undefined) throw new Error(`${stepId(ref)} has no ${output}`);
    return found;
  }
  /** A file of a tree goes, as one does that turned out damaged; the list of the tree stays. */
  async function loseFileOf(ref: StepRef): Promise<void> {
    const [entry] = decodeTree(await store.readBytes((await outputOf(ref, 'model')).digest));
    if (entry === undefined) throw new Error('an empty model');
    store.bytes.delete(entry.digest);
  }
  const loseTreeOf = async (ref: StepRef): Promise<void> => {
    store.bytes.delete((await outputOf(ref, 'model')).digest);
  };
  const editEvaluation = (): void => {
    machine.write({ 'models/m/evaluate.mjs': '// evaluates better\n' });
  };

  it('are none where all is in the store, whether or not something reads it', async () => {
    expect(await lost()).toEqual({});
    editEvaluation();
    expect(await lost()).toEqual({});
  });

  it('are told with the steps that would read them: those that execute or wait, not those that stand', async () => {
    await loseTreeOf(train);
    expect(await lost()).toEqual({ 'm:train': [] });
    editEvaluation();
    expect(await lost()).toEqual({ 'm:train': ['m:evaluate'] });
    machine.write({ 'models/up/train.mjs': '// trains on m, better\n' });
    expect(await lost()).toEqual({ 'm:train': ['m:evaluate', 'up:train'] });
  });

  it('of another machine, whose cache brought manifests and no store: all that made bytes, none that is given', async () => {
    store.bytes.clear();
    // The evaluation left nothing but metrics, which its manifest holds.
    expect(await lost()).toEqual({ 'clean:data': [], 'm:train': [], 'up:train': [] });
  });

  it('a step that waits for one result may miss another', async () => {
    store.bytes.delete((await outputOf(clean, 'data')).digest);
    machine.write({ 'models/m/train.mjs': '// trains better\n' });
    expect(await lost()).toEqual({ 'clean:data': ['m:train', 'm:evaluate'] });
  });

  it('one file of many: seen where a step is about to read it', async () => {
    await loseFileOf(train);
    editEvaluation();
    expect(await lost()).toEqual({ 'm:train': ['m:evaluate'] });
  });

  it('a list of files that is damaged is as good as lost to who reads it', async () => {
    store.bytes.set((await outputOf(train, 'model')).digest, Buffer.from('{}'));
    editEvaluation();
    expect(await lost()).toEqual({ 'm:train': ['m:evaluate'] });
  });

  it('cost one question to the store, and nothing is read, where nothing executes', async () => {
    const known = await foretold();
    store.asked.length = store.read.length = 0;
    await lostResults(known, machine.deps);
    // The prepared data, a model for each of two seeds, and the model on top.
    expect(store.asked.map((digests) => digests.length)).toEqual([4]);
    expect(store.read).toEqual([]);
  });
});
