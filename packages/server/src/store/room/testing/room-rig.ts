import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';
import { MemoryObjectStore } from '@nx-ml/core/adapters/store-memory';
import { parseScope } from '@nx-ml/core/cache';
import { encodeRunRecord, encodeRunResult } from '@nx-ml/core/documents';
import { hexOf } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import { Remote, RemoteJournal } from '@nx-ml/core/remote';
import type { Blobs, ServedBlobs } from '@nx-ml/core/remote';
import { encodeTree } from '@nx-ml/core/store';
import type { ObjectRef } from '@nx-ml/core/store';
import { applyPush, planPush } from '@nx-ml/core/usecases/transfer';

import { openStateFolder } from '../../../access/state/index.js';
import { UseLog } from '../../../operations/use-log.js';
import { ScopedBlobs } from '../../space/scoped-blobs.js';
import type { StoreQuotas } from '../plan-room.js';
import { StoreRoom } from '../store-room.js';

/** Over a folder, by a clock that tests set; what is written there has the time of this machine. */
export interface RoomRig {
  readonly storage: ServedBlobs;
  /** Milliseconds since the epoch. */
  now: number;
  /** What the server told. */
  readonly told: string[];
  /** That of a server; each with a state of its own, and not started. */
  room(quotas?: Partial<StoreQuotas>): StoreRoom;
  /** The store of a scope as tokens reach it. */
  blobs(scope: string, room: StoreRoom): Blobs;
  /** Names of all that is there, by rising name. */
  names(prefix?: string): Promise<readonly string[]>;
  bytes(scope: string): Promise<number>;
  close(): void;
}

export const hour = 3_600_000;

/** @param elsewhere in the place of a folder of its own */
export function openRoomRig(elsewhere?: ServedBlobs): RoomRig {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-room-'));
  const states: string[] = [];
  const storage = elsewhere ?? new FolderBlobs(folder);
  const names = async (prefix = 'store/'): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of storage.list(prefix)) found.push(name);
    return found;
  };
  const rig: RoomRig = {
    storage,
    now: Date.now(),
    told: [],
    room: (quotas = {}) => {
      states.push(mkdtempSync(join(tmpdir(), 'nx-ml-room-state-')));
      const uses = new UseLog(openStateFolder(String(states.at(-1))), 'store.log');
      const warn = (line: string): void => void rig.told.push(line);
      const all = { total: undefined, scope: undefined, ...quotas };
      return new StoreRoom({ blobs: storage, uses, clock: { now: () => rig.now }, quotas: all, warn });
    },
    blobs: (scope, room) => new ScopedBlobs(storage, `store/${parseScope(scope)}/`, room.uses),
    names,
    bytes: async (scope) => {
      let sum = 0;
      for await (const { size } of storage.list(`store/${scope}/`)) sum += size;
      return sum;
    },
    close: () => {
      for (const path of [folder, ...states]) rmSync(path, { recursive: true, force: true });
    },
  };
  return rig;
}

/** Pushes a tree of one large and some small files, as `nx-ml data push` does. Nothing at the remote refers to it. */
export async function pushData(blobs: Blobs, seed: string): Promise<ObjectRef> {
  const store = new MemoryObjectStore();
  const texts = [Buffer.alloc(1_100_000, seed), Buffer.from(`${seed} small`)];
  const files = await Promise.all(texts.map((bytes) => store.putBytes(bytes)));
  const entries = files.map(({ digest, size }, at) => ({ path: `f${String(at)}`, digest, size }));
  const { digest } = await store.putBytes(encodeTree(entries));
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const ref: ObjectRef = { kind: 'tree', digest, size, files: files.length };
  await push(ref, blobs, store);
  return ref;
}

/** The same as the output of a run, and the run that tells of it. @returns what must be there for it to be of use */
export async function pushRun(blobs: Blobs, seed: string): Promise<readonly Digest[]> {
  const output = await pushData(blobs, seed);
  const store = new MemoryObjectStore();
  const key = await store.putBytes(Buffer.from(`{"key":"${seed}"}\n`));
  const log = await store.putBytes(Buffer.from(`log of ${seed}`));
  const result = await store.putBytes(
    encodeRunResult({ formatVersion: 1, outputs: { model: output }, metrics: {} }),
  );
  const record = await store.putBytes(
    encodeRunRecord({
      ...{ formatVersion: 1, key: key.digest, engine: 'local', project: 'm', step: 'train', seed: 1 },
      ...{ startedAt: '2026-11-01T00:00:00.000Z', durationMs: 1, host: 'h', platform: 'linux-x64' },
      log: log.digest,
    }),
  );
  for (const ref of [key, log, result, record]) await push(ref, blobs, store);
  const hex = hexOf(key.digest);
  const payload = { result: result.digest, record: record.digest };
  await new RemoteJournal(blobs).append(`runs/${hex.slice(0, 2)}/${hex.slice(2)}`, 0, payload);
  return [key, log, result, record, output].map(({ digest }) => digest);
}

async function push(ref: ObjectRef, blobs: Blobs, store: MemoryObjectStore): Promise<void> {
  const none = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };
  const deps = { remote: new Remote({ blobs, indexes: none }), store };
  await applyPush(await planPush([ref], deps), deps);
}
