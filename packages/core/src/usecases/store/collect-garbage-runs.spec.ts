import * as fs from 'node:fs';
import { join } from 'node:path';

import { encodeRunRecord, encodeRunResult } from '../../documents/index.js';
import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { dayMs, GcFolder, refusal, request } from '../testing/gc-folder.js';
import { planGarbage } from './collect-garbage.js';

let folder: GcFolder;

beforeEach(async () => {
  folder = await GcFolder.open();
});
afterEach(() => {
  folder.remove();
});

describe('Runs in a folder store', () => {
  const publish = async (name: string, daysAgo: number): Promise<Digest> => {
    const store = await folder.objects();
    const key = (await folder.put(`key ${name}`)).digest;
    const model = await folder.putTree(`model of ${name}`);
    const log = (await folder.put(`log of ${name}`)).digest;
    const result = await store.putBytes(
      encodeRunResult({ formatVersion: 1, outputs: { model }, metrics: {} }),
    );
    const startedAt = new Date(folder.now - daysAgo * dayMs).toISOString();
    const about = {
      project: name,
      step: 'train',
      seed: 1,
      startedAt,
      durationMs: 1,
      host: 'h',
      platform: 'p',
      engine: 'local',
    } as const;
    const record = await store.putBytes(encodeRunRecord({ formatVersion: 1, key, log, ...about }));
    const hex = key.slice('sha256:'.length);
    await folder.append(`runs/${hex.slice(0, 2)}/${hex.slice(2)}`, {
      result: result.digest,
      record: record.digest,
    });
    return key;
  };
  const remains = async (name: string): Promise<boolean> =>
    (await folder.there()).has(digestOf(`model of ${name}`));

  it('keep all that is theirs while they are young', async () => {
    await publish('young', 10);
    await publish('old', 100);
    const plan = await planGarbage(request(), folder.deps);
    expect(
      new Set([...plan.madeBy.values()].map((kept) => (kept.by === 'run' ? kept.run.record?.project : ''))),
    ).toEqual(new Set(['old']));
    expect(await folder.collect()).toHaveLength(6);
    expect([await remains('young'), await remains('old')]).toEqual([true, false]);
  });

  it('keep it while a workspace stands at them or Nx may bring them back', async () => {
    const key = await publish('stands', 400);
    await publish('cached', 400);
    folder.roots.results.push({
      path: '/ws/train.key.json',
      from: 'workspace',
      text: JSON.stringify({ runs: [{ key }] }),
    });
    const mention = JSON.stringify({ a: digestOf('model of cached') });
    folder.roots.results.push({ path: '/ws/.nx/train.manifest.json', from: 'nx-cache', text: mention });
    await folder.collect();
    expect([await remains('stands'), await remains('cached')]).toEqual([true, true]);
  });

  it('are not guessed at when a journal is broken', async () => {
    await folder.append('history/a/b', { formatVersion: 1, what: 'is this' });
    await expect(folder.collect()).rejects.toEqual(refusal('the journal history/a/b cannot be read'));
    fs.rmSync(join(folder.root, 'journals/history'), { recursive: true });
    await folder.append('c', {});
    fs.appendFileSync(join(folder.root, 'journals/c/00000000.json'), 'x');
    await expect(folder.collect()).rejects.toEqual(refusal('the journal c cannot be read'));
  });
});
