import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MemoryBlobs } from '@nx-ml/core/adapters/remote-memory';
import { MemoryJournal, MemoryObjectStore } from '@nx-ml/core/adapters/store-memory';
import { Remote } from '@nx-ml/core/remote';
import { monthsUpTo } from '@nx-ml/core/savings';
import { SavingsLedger } from '@nx-ml/core/usecases/savings';

import { workspaceId } from '../workspace/workspace-id.js';
import { sendSavings } from './send-savings.js';

it('sends what was counted, once', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nx-ml-savings-'));
  writeFileSync(join(root, 'nx.json'), '{}');
  const local = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
  const at = new Date().toISOString();
  const spared = [{ project: 'm', step: 'train', gpus: 0, runs: ['0'.repeat(64)] } as const];
  await new SavingsLedger(local.journals, workspaceId(root, {})).add({
    ...{ formatVersion: 1, id: '1'.padStart(32, '0'), at, by: 'nx', spared },
  });
  const blobs = new MemoryBlobs();
  const none = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };
  const remote = new Remote({ blobs, indexes: none });
  await remote.prepare();
  for (let times = 0; times < 2; times += 1) await sendSavings({ root, local, remote });
  expect([...blobs.blobs.keys()]).toEqual([
    'format.json',
    expect.stringMatching(
      new RegExp(`^journals/savings/.+/${String(monthsUpTo(Date.now(), 1)[0])}/00000000.json$`),
    ),
  ]);
  rmSync(root, { recursive: true });
});
