import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { decodeVerdict } from '../../gate/index.js';
import { exited } from '../testing/fake-machine.js';
import { removeWorkspaces, run } from '../testing/small-workspace.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { retireTestSet } from './retire-test-set.js';
import { TestSets } from './test-sets.js';
import { chain, gatedModel, judged, setVersion } from './testing/gated-model.js';
import { accept, ask, gate, versions, withAccepted } from './testing/versions.js';

describe('the gate', () => {
  afterEach(removeWorkspaces);

  it('judges a first model by its floors alone, says so, and lets it be accepted', async () => {
    const machine = gatedModel(versions, gate);
    const { verdict, asked } = await judged(machine);
    expect(verdict).toMatchObject({
      state: 'pass',
      reasons: [{ code: 'first-model' }],
      read: { baseline: null },
    });
    expect(asked).toMatchObject({ known: false, opened: true });
    expect(await accept(machine)).toMatchObject({ isNew: true, entry: { because: 'pass', seed: 1 } });
    expect(await accept(machine)).toMatchObject({ isNew: false });
  });

  it('has nothing to decide on the accepted model itself', async () => {
    const machine = await withAccepted();
    expect(await judged(machine)).toMatchObject({
      verdict: { state: 'pass', reasons: [{ code: 'accepted' }] },
      asked: undefined,
    });
    expect((await ask(machine, 'same')).verdict.budget?.step).toBe(2);
  });

  it('compares with the accepted model on the same examples, which costs no run while nothing changed', async () => {
    const machine = await withAccepted();
    const { verdict } = await ask(machine, 'better');
    expect(machine.engine.take()).toEqual(['m:evaluate:1', 'm:train:1']);
    expect(verdict.state).toBe('pass');
    expect(verdict.criteria[0]).toMatchObject({ n: 2000, scores: { estimate: 0.05 } });
  });

  it('evaluates the accepted model by the evaluation of today, once', async () => {
    const machine = await withAccepted();
    machine.write({ 'models/m/evaluate.mjs': '// evaluates anew\n' });
    await ask(machine, 'better');
    expect(machine.engine.take()).toEqual(['m:evaluate:1', 'm:evaluate:1', 'm:train:1']);
    await ask(machine, 'better');
    expect(machine.engine.take()).toEqual([]);
  });

  it('takes its answers of when it was accepted, where the evaluation of today cannot read it', async () => {
    const machine = await withAccepted();
    const { script } = machine.engine;
    machine.write({ 'models/m/evaluate.mjs': '// evaluates anew\n' });
    machine.engine.script = (document, ...rest) =>
      document.step === 'evaluate' && document.params['version'] === 'old'
        ? exited(1)
        : script(document, ...rest);
    expect((await ask(machine, 'better')).verdict.state).toBe('pass');
    expect(await accept(machine)).toMatchObject({ isNew: true, entry: { because: 'pass' } });
  });

  it('an accepted model that can be compared no more is replaced by an override alone', async () => {
    const machine = await withAccepted();
    const { script } = machine.engine;
    machine.write({ 'models/m/evaluate.mjs': '// has other examples\n' });
    machine.engine.script = (document, ...rest) => {
      if (document.step !== 'evaluate') return script(document, ...rest);
      if (document.params['version'] === 'old') return exited(1);
      writeFileSync(document.outputs.predictions, '{"id":"new","correct":true}\n');
      return exited(0);
    };
    const { verdict } = await ask(machine, 'better');
    expect(verdict).toMatchObject({ state: 'inconclusive', reasons: [{ code: 'baseline' }] });
    await expect(accept(machine)).rejects.toMatchObject({ code: 'ERR_ML_GATE_HELD' });
    const said = { by: 'spec', reason: 'the new examples are what counts' };
    expect(await accept(machine, said)).toMatchObject({ entry: { because: 'override', ...said } });
  });

  it('knows a test set by any name', async () => {
    const machine = gatedModel(versions, ' { primary: accuracy, testSet: constructor }');
    expect((await judged(machine)).verdict).toMatchObject({
      state: 'pass',
      budget: { testSet: 'constructor' },
    });
  });

  it.each([
    ['same', 'fail'],
    ['worse', 'fail'],
  ])('holds what is no better: %s', async (version, state) => {
    const machine = await withAccepted();
    const { verdict } = await ask(machine, version);
    expect(verdict.state).toBe(state);
    await expect(accept(machine)).rejects.toMatchObject({ code: 'ERR_ML_GATE_HELD' });
  });

  it('gives the same answer to the same question, on every machine, and spends no step', async () => {
    const stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
    const machine = await withAccepted(stores);
    const first = await ask(machine, 'same');
    const entries = stores.journals.files.size;
    const again = await judged(machine);
    expect(again).toMatchObject({ verdict: first.verdict, asked: { known: true } });
    const other = gatedModel(versions, gate, stores);
    const elsewhere = await ask(other, 'same');
    expect(elsewhere).toMatchObject({ verdict: first.verdict, asked: { known: true } });
    expect(other.engine.take()).toEqual([]);
    expect(stores.journals.files.size).toBe(entries);
  });

  it('comes to the same bytes where the document of an answer is lost', async () => {
    const machine = await withAccepted();
    await ask(machine, 'same');
    const before = verdictIn(machine);
    for (const [digest, bytes] of machine.objects.bytes)
      if (String(bytes).includes('"criteria"')) machine.objects.bytes.delete(digest);
    await judged(machine);
    expect(verdictIn(machine).equals(before)).toBe(true);
    expect(decodeVerdict(before).state).toBe('fail');
  });

  it('tells no score of what it holds, and leaves none in the store', async () => {
    const machine = await withAccepted();
    await ask(machine, 'same');
    const { criteria } = decodeVerdict(verdictIn(machine));
    expect(criteria.map(({ outcome, scores }) => [outcome, scores.p, scores.candidate])).toEqual([
      ['hidden', null, null],
      ['hidden', null, null],
    ]);
  });

  it('has nothing left to ask after its promotion, until new examples come', async () => {
    const machine = await withAccepted();
    await ask(machine, 'better');
    await accept(machine);
    expect((await ask(machine, 'tweaked')).verdict).toMatchObject({
      state: 'inconclusive',
      reasons: [{ code: 'budget', what: 'promotions-used' }],
    });
    await retireTestSet(
      'm',
      { by: 'spec', reason: 'its promotion is used' },
      { ...machine.deps, journals: machine.deps.stores.journals },
    );
    expect((await judged(machine)).verdict.reasons).toMatchObject([{ code: 'budget', what: 'retired' }]);
  });

  it('lets a model through without a pass, with the reason and the name', async () => {
    const machine = await withAccepted();
    await ask(machine, 'same');
    const said = { by: 'spec', reason: 'it is asked for by law' };
    expect(await accept(machine, said)).toMatchObject({ entry: { because: 'override', ...said } });
    const reading = await new TestSets({ ...machine.deps, journals: machine.deps.stores.journals }).read('m');
    expect(reading.kind === 'read' && reading.state.overrides).toMatchObject([said]);
  });

  it('accepts nothing that was not judged as it is now', async () => {
    const machine = await withAccepted();
    setVersion(machine, 'better', gate);
    await run(machine, chain.slice(0, 4));
    await expect(accept(machine)).rejects.toMatchObject({ code: 'ERR_ML_GATE_HELD' });
  });

  it('costs no training and no evaluation when what it asks changes, and is another question', async () => {
    const machine = await withAccepted();
    await ask(machine, 'same');
    machine.engine.take();
    setVersion(
      machine,
      'same',
      ' { primary: { metric: accuracy, margin: 0.02 }, floors: [{ metric: accuracy, min: 0.7 }] }',
    );
    const { verdict, asked } = await judged(machine);
    expect(machine.engine.take()).toEqual([]);
    expect([verdict.state, asked?.known, verdict.budget?.step]).toEqual(['pass', false, 3]);
  });
});

function verdictIn({ deps }: FakeMachine): Buffer {
  return readFileSync(join(deps.root, '.nx-ml/manifests/m/gate.verdict.json'));
}
