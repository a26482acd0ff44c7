import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';
import { parseScope } from '@nx-ml/core/cache';
import type { JsonObject } from '@nx-ml/core/kernel';
import { RemoteJournal } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';
import { encodeSavingsEntry } from '@nx-ml/core/savings';
import type { SavingsEntry } from '@nx-ml/core/savings';
import { encodeJournalEntry } from '@nx-ml/core/store';

import { openStateFolder } from '../access/state/index.js';
import { openStoreRig } from '../store/testing/store-rig.js';
import type { StoreRig } from '../store/testing/store-rig.js';
import { pushRun } from '../store/room/testing/room-rig.js';
import { StoreBoard } from './index.js';

const now = Date.UTC(2026, 10, 27, 12);
const hour = 3_600_000;

let rig: StoreRig;
let state: string;
let board: StoreBoard;
const openBoard = (blobs: Blobs): StoreBoard =>
  new StoreBoard({
    blobs,
    state: openStateFolder(state),
    clock: { now: () => now },
    warn: (line) => {
      throw new Error(line);
    },
  });
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'nx-ml-board-'));
  rig = await openStoreRig({ openObserver: (blobs) => (board = openBoard(blobs)) });
});
afterEach(async () => {
  await rig.close();
  rmSync(state, { recursive: true, force: true });
});

describe('Recent runs', () => {
  it('are what was pushed, by their records, and last', async () => {
    await pushRun(rig.client('protected'), 'a');
    await pushRun(rig.client('pr-7'), 'b');
    await board.stop();
    const run = { at: now, project: 'm', step: 'train', seed: 1, ms: 1 };
    expect(board.runs).toEqual([
      { ...run, scope: 'pr-7' },
      { ...run, scope: 'protected' },
    ]);
    expect(openBoard(new FolderBlobs(rig.folder)).runs).toEqual(board.runs);
  });

  it('leave out what has no record that is what its name says', async () => {
    const journal = new RemoteJournal(rig.client('pr-7'));
    const digest = `sha256:${'ab'.repeat(32)}`;
    await journal.append('runs/aa/one', 0, { record: digest });
    await journal.append('runs/aa/two', 0, { record: '<script>' });
    await journal.append('runs/aa/three', 0, {});
    await journal.append('notes/x', 0, { record: digest });
    await board.stop();
    expect(board.runs).toEqual([]);
  });

  it.each(['', '{', '{"formatVersion":2,"runs":[{}]}', '{"formatVersion":1,"runs":[{"at":"x"}]}'])(
    'are forgotten where their file is %j',
    (bytes) => {
      writeFileSync(join(openStateFolder(state).folder('usage'), 'runs.json'), bytes, { mode: 0o600 });
      expect(openBoard(new FolderBlobs(rig.folder)).runs).toEqual([]);
    },
  );
});

describe('Saved hours', () => {
  let id = 0;
  const entry = (ms: number | undefined, over: Partial<SavingsEntry> = {}): JsonObject =>
    encodeSavingsEntry({
      formatVersion: 1,
      id: String((id += 1)).padStart(32, '0'),
      at: '2026-11-27T00:00:00.000Z',
      by: 'nx',
      spared: [{ project: 'm', step: 'train', gpus: 0, runs: ['0'.repeat(64)], ms }],
      ...over,
    });
  const append = async (token: string, payloads: readonly JsonObject[], name = 'savings/w/2026-11') => {
    const journal = new RemoteJournal(rig.client(token));
    for (const payload of payloads) {
      const length = ((await journal.last(name))?.sequence ?? -1) + 1;
      expect((await journal.append(name, length, payload)).appended).toBe(true);
    }
  };
  /** By a server that has seen none of it come. */
  const told = async () => {
    const { hours } = openBoard(new FolderBlobs(rig.folder));
    await hours.look();
    return hours.months;
  };

  it('are added up by month, the protected branch’s apart from what others tell, as they come and after a restart', async () => {
    await append('protected', [entry(hour), entry(2 * hour), entry(undefined)]);
    await append('protected', [entry(hour)], 'savings/other/2026-10');
    await append('protected', [entry(hour)], 'savings/other/2026-08');
    await append('pr-7', [entry(5 * hour)], 'savings/w2/2026-11');
    await append('user-ada', [entry(hour)], 'savings/w3/2026-11');
    const months = [
      { month: '2026-11', protected: 3 * hour, others: 6 * hour, unknown: 1 },
      { month: '2026-10', protected: hour, others: 0, unknown: 0 },
    ];
    expect(board.hours.months).toEqual(months);
    await board.hours.look();
    expect(board.hours.months).toEqual(months);
    expect(await told()).toEqual(months);
  });

  it('count an entry once, whichever way it came, and of a fork what is its own', async () => {
    const same = entry(hour);
    await append('protected', [same, entry(hour), same]);
    await append('pr-7', [entry(4 * hour)]);
    expect(await told()).toMatchObject([{ protected: 2 * hour, others: 4 * hour }, {}]);
  });

  it('believe no run of years, and nothing that is no entry', async () => {
    await append('pr-7', [entry(Number.MAX_SAFE_INTEGER), { hello: 'x' }, entry(hour)]);
    // Something that another wrote to the storage by hand.
    const { bytes } = encodeJournalEntry({ name: 'elsewhere', after: undefined, payload: entry(hour) });
    await new FolderBlobs(rig.folder).create('store/pr-8/journals/savings/w/2026-11/00000000.json', bytes);
    expect(await told()).toMatchObject([{ protected: 0, others: hour, unknown: 1 }, {}]);
  });

  it('forget a scope that was removed', async () => {
    await append('pr-7', [entry(hour)]);
    const storage = new FolderBlobs(rig.folder);
    for await (const { name } of storage.list(`store/${parseScope('pr-7')}/`)) await storage.remove(name);
    await board.hours.look();
    expect(board.hours.months[0]).toMatchObject({ others: 0 });
  });
});
