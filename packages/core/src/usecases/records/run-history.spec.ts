import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import type { HistoryEntry } from '../../documents/index.js';
import { digestOf } from '../../kernel/index.js';
import type { RunKey } from '../../provenance/index.js';
import { RunHistory } from './run-history.js';
import { newWorkspace, removeWorkspaces, run } from '../testing/small-workspace.js';

const entry = (seed: number): HistoryEntry => ({
  formatVersion: 1,
  step: 'train',
  at: '2026-01-01T00:00:00.000Z',
  runs: [{ seed, key: digestOf(String(seed)) }],
});

describe('RunHistory', () => {
  afterEach(removeWorkspaces);

  it('keeps every entry of writers that append at once, in one order', async () => {
    const history = new RunHistory(new MemoryJournal(), 'team');
    await Promise.all(Array.from({ length: 20 }, (_, seed) => history.append('m', entry(seed))));
    const seeds = (await history.read('m')).map(({ runs }) => runs[0]?.seed);
    expect([...seeds].sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it.each([
    ['workspaces', ['a', 'm'], ['b', 'm']],
    ['names that differ by a slash', ['a', '@x/m'], ['a', '-x-m']],
    ['long names', ['a', 'm'.repeat(200)], ['a', 'm'.repeat(201)]],
  ] as const)('keeps %s apart', async (_, one, other) => {
    const journals = new MemoryJournal();
    await new RunHistory(journals, one[0]).append(one[1], entry(1));
    expect(await new RunHistory(journals, one[0]).read(one[1])).toHaveLength(1);
    expect(await new RunHistory(journals, other[0]).read(other[1])).toEqual([]);
  });

  it('refuses an entry of a newer format, and says so', async () => {
    const journals = new MemoryJournal();
    const history = new RunHistory(journals, 'team');
    await history.append('m', entry(1));
    const [name = ''] = journals.files.keys();
    await journals.append(name, 1, { formatVersion: 2 });
    await expect(history.read('m')).rejects.toMatchObject({ fix: 'Upgrade nx-ml in this workspace.' });
  });
});

describe('steps in the history', () => {
  afterEach(removeWorkspaces);

  const read = async (machine: ReturnType<typeof newWorkspace>, project: string) =>
    (await machine.deps.history.read(project)).map(({ step, runs, revision }) => ({
      step,
      seeds: runs.map(({ seed }) => seed),
      branch: revision?.branch,
    }));

  it('enter once for each state that a workspace comes to, executed or restored', async () => {
    const shared = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
    const machine = newWorkspace(shared);
    await run(machine);
    const first = [
      { step: 'train', seeds: [1, 2], branch: 'main' },
      { step: 'evaluate', seeds: [1, 2], branch: 'main' },
    ];
    expect(await read(machine, 'm')).toEqual(first);
    await run(machine);
    expect(await read(machine, 'm')).toEqual(first);
    machine.write({ 'models/m/evaluate.mjs': '// evaluates better\n' });
    await run(machine);
    expect(await read(machine, 'm')).toEqual([...first, first[1]]);
    const clone = newWorkspace(shared);
    await run(clone);
    expect(await read(clone, 'm')).toEqual([...first, first[1], ...first]);
  });

  it('can be explained: what a key is made of is stored under the key', async () => {
    const machine = newWorkspace();
    await run(machine);
    const key = (await machine.deps.history.read('m'))[0]?.runs[0]?.key as RunKey;
    expect(await machine.deps.runs.document(key)).toMatchObject({ project: 'm', seed: 1 });
    expect((await machine.deps.runs.read(key))?.record).toMatchObject({ branch: 'main' });
  });

  it('that cannot be entered fail nothing, and say so', async () => {
    const journals = new MemoryJournal();
    const machine = newWorkspace({ journals });
    await run(machine);
    for (const [name, files] of journals.files)
      if (name.startsWith('history/')) files.set('00000000.json', Buffer.from('{}'));
    machine.write({ 'models/m/train.mjs': '// trains better\n' });
    const outcomes = await run(machine);
    expect(outcomes['m:train']?.state).toBe('executed');
    const lost = machine.events.flatMap((event) => (event.type === 'history-lost' ? [event.error.code] : []));
    expect(lost).toContain('ERR_ML_JOURNAL_BROKEN');
  });
});
