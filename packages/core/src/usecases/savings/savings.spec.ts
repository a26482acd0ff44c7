import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { encodeRunRecord } from '../../documents/index.js';
import { digestOf } from '../../kernel/index.js';
import type { RunKey } from '../../provenance/index.js';
import { RunStore } from '../records/index.js';
import { copySavings, recordSpared, SavingsLedger, tellSavings } from './index.js';

const keyOf = (name: string): RunKey => digestOf(name) as RunKey;
const november = Date.UTC(2026, 10, 27);

function world() {
  const stores = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
  const runs = new RunStore(stores);
  const ledger = new SavingsLedger(stores.journals, 'workspace');
  let id = 0;
  const newId = (): string => String((id += 1)).padStart(32, '0');
  const deps = { ledger, runs, newId, clock: { now: () => november } };
  /** A run as its record tells it. */
  const ran = async (name: string, durationMs: number): Promise<RunKey> => {
    const key = keyOf(name);
    const { digest: log } = await stores.objects.putBytes(Buffer.from('log'));
    const record = encodeRunRecord({
      formatVersion: 1,
      ...{ key, durationMs, log, project: 'mail', step: 'train', seed: 1 },
      ...{ host: 'h', platform: 'linux-x64', engine: 'local', startedAt: '2026-11-01T00:00:00.000Z' },
    });
    const { digest } = await stores.objects.putBytes(record);
    const hexes = key.slice('sha256:'.length);
    await stores.journals.append(`runs/${hexes.slice(0, 2)}/${hexes.slice(2)}`, 0, {
      result: digest,
      record: digest,
    });
    return key;
  };
  return { stores, runs, ledger, deps, ran };
}

const step = { project: 'mail', step: 'train', gpus: 1 } as const;

describe('The ledger of savings', () => {
  it('holds what each run took when it ran, by month', async () => {
    const { deps, ran, ledger, runs } = world();
    const keys = [await ran('one', 1000), await ran('two', 500)];
    await recordSpared([{ ...step, keys }], 'store', deps);
    const [month, ...others] = await tellSavings(['2026-12', '2026-11', '2026-10'], {
      ledgers: [ledger],
      runs,
    });
    expect(others).toEqual([]);
    expect(month).toMatchObject({ month: '2026-11', ms: 1500, gpuMs: 1500, runs: 2, unknown: 0 });
  });

  it('finds out later how long a run took whose record was elsewhere', async () => {
    const { deps, ran, ledger, runs } = world();
    await recordSpared([{ ...step, keys: [keyOf('one')] }], 'nx', deps);
    expect(await tellSavings(['2026-11'], { ledgers: [ledger], runs })).toMatchObject([
      { ms: 0, runs: 0, unknown: 1 },
    ]);
    await ran('one', 700);
    expect(await tellSavings(['2026-11'], { ledgers: [ledger], runs })).toMatchObject([
      { ms: 700, runs: 1, unknown: 0 },
    ]);
  });

  it('loses nothing that several write at the same time', async () => {
    const { deps, ran, ledger, runs } = world();
    const keys = [await ran('one', 10)];
    await Promise.all(Array.from({ length: 25 }, () => recordSpared([{ ...step, keys }], 'nx', deps)));
    expect(await tellSavings(['2026-11'], { ledgers: [ledger], runs })).toMatchObject([
      { ms: 250, runs: 25 },
    ]);
  });

  it('keeps entries small, however much a command was spared', async () => {
    const { deps, ledger } = world();
    const many = Array.from({ length: 1200 }, (_, index) => ({
      ...step,
      project: `m${String(index)}`,
      keys: [keyOf('x')],
    }));
    const seeds = Array.from({ length: 250 }, (_, index) => keyOf(String(index)));
    await recordSpared([...many, { ...step, keys: seeds }], 'nx', deps);
    const entries = await ledger.read('2026-11');
    expect(entries.map(({ spared }) => spared.length)).toEqual([500, 500, 203]);
    expect(entries.flatMap(({ spared }) => spared).flatMap(({ runs }) => runs)).toHaveLength(1450);
    for (const one of entries) expect(Buffer.byteLength(JSON.stringify(one))).toBeLessThan(256_000);
  });

  it('is copied to another place once, and told once from both', async () => {
    const { deps, ran, ledger, runs } = world();
    const keys = [await ran('one', 10)];
    await recordSpared([{ ...step, keys }], 'nx', deps);
    await recordSpared([{ ...step, keys }], 'store', deps);
    const remote = new SavingsLedger(new MemoryJournal(), 'workspace');
    expect(await copySavings(['2026-11', '2026-10'], { from: ledger, to: remote, runs })).toBe(2);
    await recordSpared([{ ...step, keys }], 'nx', deps);
    expect(await copySavings(['2026-11', '2026-10'], { from: ledger, to: remote, runs })).toBe(1);
    expect(await copySavings(['2026-11', '2026-10'], { from: ledger, to: remote, runs })).toBe(0);
    expect(await tellSavings(['2026-11'], { ledgers: [ledger, remote], runs })).toMatchObject([
      { runs: 3, ms: 30 },
    ]);
  });

  it('is copied with the times that are known by then, for whoever reads there may have no records', async () => {
    const { deps, ran, ledger, runs } = world();
    await recordSpared([{ ...step, keys: [keyOf('later'), keyOf('lost')] }], 'nx', deps);
    await recordSpared([{ ...step, keys: [keyOf('later')] }], 'nx', deps);
    expect((await ledger.read('2026-11')).map(({ spared }) => spared[0]?.ms)).toEqual([undefined, undefined]);
    await ran('later', 700);
    const remote = new SavingsLedger(new MemoryJournal(), 'workspace');
    expect(await copySavings(['2026-11'], { from: ledger, to: remote, runs })).toBe(2);
    expect((await remote.read('2026-11')).map(({ spared }) => spared[0]?.ms)).toEqual([undefined, 700]);
  });
});
