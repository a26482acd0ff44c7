import * as fs from 'node:fs';
import { join } from 'node:path';

import type { Digest } from '../../kernel/index.js';
import { openFolderStore } from './index.js';
import type { FolderStore } from './index.js';
import { numbersFrom } from './testing/numbers.js';
import { Scratch } from './testing/scratch.js';

const journal = 'scope/log';

/** Turns one bit of a file over. @returns the bytes as they were */
function flip(path: string, random: () => number): Buffer {
  const before = fs.readFileSync(path);
  const after = Buffer.from(before);
  const at = Math.floor(random() * after.length);
  after.writeUInt8(after.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
  fs.chmodSync(path, 0o644);
  fs.writeFileSync(path, after);
  return before;
}

describe('200 bits turned over in a folder store', () => {
  let scratch: Scratch;
  let store: FolderStore;

  beforeEach(async () => {
    scratch = new Scratch();
    store = await openFolderStore({ root: scratch.root });
    for (let index = 0; index < 20; index += 1) {
      scratch.write(`data/${String(index)}`, `${String(index)} `.repeat(1 + 40 * index));
      await store.journals.append(journal, index, { entry: index, text: 'some words' });
    }
    await store.objects.putTree(scratch.at('data'));
  });
  afterEach(() => {
    scratch.remove();
  });

  const outcome = (action: Promise<unknown>): Promise<string> =>
    action.then(
      () => 'served',
      (error: unknown) => String((error as { code?: string }).code),
    );

  it('are all found in objects, and healed by a put', async () => {
    const random = numbersFrom(1);
    const all = scratch.objects();
    const found = new Map<string, number>();
    for (let turn = 0; turn < 100; turn += 1) {
      const { digest, path } = all[Math.floor(random() * all.length)] as { digest: Digest; path: string };
      const before = flip(path, random);
      const ref = { kind: 'file', digest, size: before.length, files: 1 } as const;
      const read =
        turn % 2 === 0 ? store.objects.readBytes(digest) : store.objects.materialise(ref, scratch.at('out'));
      const code = await outcome(read);
      found.set(code, (found.get(code) ?? 0) + 1);
      await store.objects.putBytes(before);
      expect((await store.objects.readBytes(digest)).equals(before)).toBe(true);
    }
    expect([...found]).toEqual([['ERR_ML_OBJECT_CORRUPT', 100]]);
    expect([fs.existsSync(scratch.at('out')), scratch.count('quarantine')]).toEqual([false, 100]);
  });

  it('are all found in journals', async () => {
    const random = numbersFrom(2);
    const folder = join(scratch.root, 'journals', journal);
    const entries = fs.readdirSync(folder);
    const found = new Map<string, number>();
    for (let turn = 0; turn < 100; turn += 1) {
      const path = join(folder, entries[Math.floor(random() * entries.length)] ?? '');
      const before = flip(path, random);
      const code = await outcome(store.journals.read(journal));
      found.set(code, (found.get(code) ?? 0) + 1);
      fs.writeFileSync(path, before);
    }
    expect([...found]).toEqual([['ERR_ML_JOURNAL_BROKEN', 100]]);
    expect(await store.journals.read(journal)).toHaveLength(20);
  });
});
