import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { encodeBudgetEntry, encodeVerdict, stepEntryOf } from '../../gate/index.js';
import type { BudgetEntry, Verdict } from '../../gate/index.js';
import { removeWorkspaces } from '../testing/small-workspace.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import type { Asked } from './gate-answer.js';
import { judged, setVersion } from './testing/gated-model.js';
import { accept, ask, gate, withAccepted } from './testing/versions.js';

const at = '2026-01-31T12:00:00.000Z';

/** What a pull request can do: it computes what the gate would be asked, and writes to the journal of the test set. */
class Forger {
  readonly stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };

  async append(entry: BudgetEntry): Promise<void> {
    const { journals } = this.stores;
    const name = [...journals.files.keys()].find((each) => each.startsWith('gate/')) ?? '';
    const { length } = await journals.read(name);
    expect(await journals.append(name, length, encodeBudgetEntry(entry))).toMatchObject({ appended: true });
  }

  /** The question on a version, and its true answer, as another workspace comes to it. */
  async askElsewhere(version: string): Promise<{ readonly asked: Asked; readonly verdict: Verdict }> {
    const { asked, verdict } = await ask(await withAccepted(), version);
    if (asked === undefined) throw new Error('not asked');
    return { asked, verdict };
  }
}

const on = ({ question: digest, testSet }: Asked) => ({ digest, testSet });

async function heldOf(machine: FakeMachine) {
  const { verdict, asked } = await judged(machine);
  return { state: verdict.state, reasons: verdict.reasons.map(({ code, what }) => [code, what]), asked };
}

describe('an answer that somebody wrote into the journal', () => {
  afterEach(removeWorkspaces);

  it('passes no candidate that does not pass, whatever document stands beside it', async () => {
    const forger = new Forger();
    const machine = await withAccepted(forger.stores);
    const { asked, verdict } = await forger.askElsewhere('worse');
    expect(verdict.state).toBe('fail');
    const pass: Verdict = { ...verdict, state: 'pass', reasons: [] };
    await forger.stores.objects.putBytes(encodeVerdict(pass));
    await forger.append(stepEntryOf(on(asked), pass, at));
    setVersion(machine, 'worse', gate);
    expect(await heldOf(machine)).toMatchObject({
      state: 'inconclusive',
      reasons: [['journal', 'answer-differs']],
      asked: { question: asked.question, known: false },
    });
    await expect(accept(machine)).rejects.toMatchObject({ code: 'ERR_ML_GATE_HELD' });
    const said = { by: 'spec', reason: 'a customer waits' };
    expect(await accept(machine, said)).toMatchObject({ entry: { because: 'override', ...said } });
  });

  it('holds no promotion back from being counted', async () => {
    const forger = new Forger();
    const machine = await withAccepted(forger.stores);
    const { asked, verdict } = await forger.askElsewhere('better');
    expect(verdict.state).toBe('pass');
    await forger.append({ ...stepEntryOf(on(asked), verdict, at), passed: false });
    setVersion(machine, 'better', gate);
    expect(await heldOf(machine)).toMatchObject({ reasons: [['journal', 'answer-differs']] });
    await expect(accept(machine)).rejects.toMatchObject({ code: 'ERR_ML_GATE_HELD' });
  });

  it('that is true is told, without a step', async () => {
    const forger = new Forger();
    const machine = await withAccepted(forger.stores);
    const { asked, verdict } = await forger.askElsewhere('better');
    await forger.append(stepEntryOf(on(asked), verdict, at));
    setVersion(machine, 'better', gate);
    expect(await judged(machine)).toMatchObject({ verdict, asked: { known: true } });
    expect(await accept(machine)).toMatchObject({ isNew: true });
  });

  it('by another version of nx-ml is told apart', async () => {
    const forger = new Forger();
    const machine = await withAccepted(forger.stores);
    const { asked, verdict } = await forger.askElsewhere('better');
    const other: Verdict = { ...verdict, worse: [{ criterion: 'primary', slice: 'lang=de', p: 0.01 }] };
    await forger.append({ ...stepEntryOf(on(asked), other, at), judgement: 99 });
    setVersion(machine, 'better', gate);
    expect(await heldOf(machine)).toMatchObject({ reasons: [['journal', 'judgement-differs']] });
  });

  it('nor is the stored verdict believed, which may have been tampered with', async () => {
    const forger = new Forger();
    const machine = await withAccepted(forger.stores);
    const { verdict } = await ask(machine, 'worse');
    const stored = [...forger.stores.objects.bytes].find(([, bytes]) => String(bytes).includes('"fail"'));
    if (stored === undefined) throw new Error('no verdict');
    const [digest, bytes] = stored;
    forger.stores.objects.bytes.set(digest, Buffer.from(String(bytes).replace('"fail"', '"pass"')));
    expect((await judged(machine)).verdict).toEqual(verdict);
    expect(forger.stores.objects.bytes.get(digest)).toEqual(bytes);
  });
});
