import * as fs from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { decodePointer, encodePointer } from '../../documents/index.js';
import { openGcStore } from './gc/index.js';
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

/** The bytes from `start`, broken off before the end. */
async function* piece(bytes: Buffer, start: number, until: number): AsyncIterable<Buffer> {
  yield await Promise.resolve(bytes.subarray(start, until));
  if (until < bytes.length) throw new Error('cut off');
}

describe('1,400 bits turned over in a folder store', () => {
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
    for (let turn = 0; turn < 300; turn += 1) {
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
    expect([...found]).toEqual([['ERR_ML_OBJECT_CORRUPT', 300]]);
    expect([fs.existsSync(scratch.at('out')), scratch.count('quarantine')]).toEqual([false, 300]);
  });

  it('are all found when a whole tree is brought back, in its files and in its document', async () => {
    const random = numbersFrom(3);
    const tree = await store.objects.putTree(scratch.at('data'));
    const all = scratch.objects();
    const found = new Map<string, number>();
    for (let turn = 0; turn < 200; turn += 1) {
      const { digest, path } = all[Math.floor(random() * all.length)] as { digest: Digest; path: string };
      const before = flip(path, random);
      const use = turn % 2 === 0 ? 'read' : 'edit';
      const code = await outcome(store.objects.materialise(tree, scratch.at('out'), { for: use }));
      found.set(code, (found.get(code) ?? 0) + 1);
      expect(await store.objects.has(digest)).toBe(false);
      await store.objects.putBytes(before);
    }
    expect([...found]).toEqual([['ERR_ML_OBJECT_CORRUPT', 200]]);
    expect(fs.existsSync(scratch.at('out'))).toBe(false);
    await store.objects.materialise(tree, scratch.at('out'));
    expect(fs.readdirSync(scratch.at('out'))).toHaveLength(20);
  });

  it('are all found in format.json', async () => {
    const random = numbersFrom(4);
    const path = join(scratch.root, 'format.json');
    const found = new Map<string, number>();
    for (let turn = 0; turn < 100; turn += 1) {
      const before = flip(path, random);
      const code = await outcome(openFolderStore({ root: scratch.root }));
      found.set(code, (found.get(code) ?? 0) + 1);
      fs.writeFileSync(path, before);
    }
    expect([...found]).toEqual([['ERR_ML_DOCUMENT_INVALID', 100]]);
  });

  it('in a pointer never bring anything but what was put', async () => {
    const random = numbersFrom(5);
    const file = await store.objects.putFile(scratch.at('data/19'));
    const pointer = Buffer.from(encodePointer(file));
    const right = fs.readFileSync(scratch.at('data/19'));
    for (let turn = 0; turn < 200; turn += 1) {
      const at = Math.floor(random() * pointer.length);
      const changed = Buffer.from(pointer);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
      const bring = async (): Promise<void> => {
        await store.objects.materialise(decodePointer(changed.toString(), 'x.ref.json'), scratch.at('out'));
      };
      // White space may change; then it is the same pointer.
      if ((await outcome(bring())) === 'served')
        expect(fs.readFileSync(scratch.at('out')).equals(right)).toBe(true);
      else expect(fs.existsSync(scratch.at('out'))).toBe(false);
      fs.rmSync(scratch.at('out'), { force: true });
    }
  });

  it('are all found in what came of an interrupted download', async () => {
    const random = numbersFrom(6);
    const large = Buffer.alloc(40_000, 'from another place ');
    const digest = digestOf(large);
    for (let turn = 0; turn < 200; turn += 1) {
      const asked: number[] = [];
      const receive = (until: number): Promise<void> =>
        store.objects.receive({
          digest,
          size: large.length,
          place: 'the moon',
          read: (start) => {
            asked.push(start);
            return Promise.resolve(Readable.from(piece(large, start, until)));
          },
        });
      await expect(receive(1 + Math.floor(random() * 39_000))).rejects.toThrow('cut off');
      const [name = ''] = fs.readdirSync(join(scratch.root, 'tmp'));
      const { length } = flip(join(scratch.root, 'tmp', name), random);
      await receive(large.length);
      expect(asked).toEqual([0, length, 0]);
      expect((await store.objects.readBytes(digest)).equals(large)).toBe(true);
      expect(scratch.count('tmp')).toBe(0);
      fs.rmSync(scratch.objects().find((object) => object.digest === digest)?.path ?? '');
    }
  });

  it('are all found in what garbage collection remembers', async () => {
    const random = numbersFrom(7);
    const gc = await openGcStore(scratch.root);
    const marks = [...(await gc.objects()).keys()].map(
      (digest) => [digest, { since: 5, changedAt: 6.5 }] as const,
    );
    await gc.writeMarks({ at: 7, marks: new Map(marks) });
    const path = join(scratch.root, 'gc/marks');
    for (let turn = 0; turn < 100; turn += 1) {
      const before = flip(path, random);
      expect(await gc.readMarks()).toBeUndefined();
      fs.writeFileSync(path, before);
    }
    expect((await gc.readMarks())?.marks.size).toBe(marks.length);
  });

  it('never lead garbage collection to another workspace than the one that told of itself', async () => {
    const random = numbersFrom(8);
    await openFolderStore({ root: scratch.root, usedBy: scratch.at('data') });
    const gc = await openGcStore(scratch.root);
    const [right] = await gc.workspaces();
    const [name = ''] = fs.readdirSync(join(scratch.root, 'workspaces'));
    const path = join(scratch.root, 'workspaces', name);
    let found = 0;
    for (let turn = 0; turn < 100; turn += 1) {
      const before = flip(path, random);
      const read = await gc.workspaces().catch(() => undefined);
      found += read === undefined ? 1 : 0;
      if (read !== undefined) expect([read[0]?.host, read[0]?.path]).toEqual([right?.host, right?.path]);
      fs.writeFileSync(path, before);
    }
    expect(found).toBeGreaterThan(50);
  });

  it('are all found in journals', async () => {
    const random = numbersFrom(2);
    const folder = join(scratch.root, 'journals', journal);
    const entries = fs.readdirSync(folder);
    const found = new Map<string, number>();
    for (let turn = 0; turn < 200; turn += 1) {
      const path = join(folder, entries[Math.floor(random() * entries.length)] ?? '');
      const before = flip(path, random);
      const code = await outcome(store.journals.read(journal));
      found.set(code, (found.get(code) ?? 0) + 1);
      fs.writeFileSync(path, before);
    }
    expect([...found]).toEqual([['ERR_ML_JOURNAL_BROKEN', 200]]);
    expect(await store.journals.read(journal)).toHaveLength(20);
  });
});
