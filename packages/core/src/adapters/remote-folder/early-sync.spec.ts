import { EarlySync } from './early-sync.js';
import type { SyncTurn } from './early-sync.js';

const mb = 1024 * 1024;
let turn: SyncTurn;
let running: { readonly resolve: () => void; readonly reject: (error: Error) => void }[];
beforeEach(() => {
  turn = { isTaken: false };
  running = [];
});
const open = (): EarlySync =>
  new EarlySync(turn, () => new Promise((resolve, reject) => running.push({ resolve, reject })));

it('syncs beside the writing, one at a time, after 64 MB each', async () => {
  const early = open();
  early.wrote(63 * mb);
  expect(running).toHaveLength(0);
  early.wrote(mb);
  early.wrote(100 * mb);
  expect(running).toHaveLength(1);
  running[0]?.resolve();
  await early.end();
  early.wrote(mb);
  expect(running).toHaveLength(2);
  running[1]?.resolve();
  await early.end();
});

it('leaves the threads to others while one of them syncs', async () => {
  const [one, other] = [open(), open()];
  one.wrote(64 * mb);
  other.wrote(64 * mb);
  expect(running).toHaveLength(1);
  await other.end();
  running[0]?.resolve();
  await one.end();
  other.wrote(1);
  expect(running).toHaveLength(2);
});

it('tells at the end that one failed, however many were right after it', async () => {
  const early = open();
  early.wrote(64 * mb);
  running[0]?.reject(new Error('EIO'));
  await new Promise((resolve) => setImmediate(resolve));
  early.wrote(64 * mb);
  running[1]?.resolve();
  await expect(early.end()).rejects.toThrow('EIO');
  expect(turn.isTaken).toBe(false);
});
