import * as fs from 'node:fs';

import { digestOf } from '../../kernel/index.js';
import type { ObjectRef } from '../../store/index.js';
import { nodeFileCalls, openFolderStore } from './index.js';
import type { FileCalls, FolderStore } from './index.js';
import { Scratch, watchedCalls } from './testing/scratch.js';

const bytes = Buffer.alloc(3 * 1024 * 1024 + 17, 'from another place ');
const other = Buffer.alloc(bytes.length, 'edited ');
const digest = digestOf(bytes);
const ref: ObjectRef = { kind: 'file', digest, size: bytes.length, files: 1 };
const corrupt = { code: 'ERR_ML_OBJECT_CORRUPT' };

describe('An object that was just received', () => {
  let scratch: Scratch;
  let now: number;
  /** Bytes of large reads. */
  let read: number;
  let beforeLink: () => void;
  beforeEach(() => {
    scratch = new Scratch();
    now = 0;
    read = 0;
    beforeLink = (): void => undefined;
  });
  afterEach(() => {
    scratch.remove();
  });

  /** Never clones: whether this file system can must not decide what is seen here. */
  const calls = (real: FileCalls = nodeFileCalls): FileCalls => {
    const watched = watchedCalls((name, args) => {
      if (name === 'readSync' || name === 'read') read += (args[1] as Buffer).length;
      if (name === 'linkSync') beforeLink();
    }, real);
    const copyFileSync = (): never => {
      throw Object.assign(new Error('no clones'), { code: 'ENOTSUP', errno: -95, syscall: 'copyfile' });
    };
    return { ...watched, copyFileSync };
  };
  const open = (): Promise<FolderStore> => {
    const clock = { now: () => Date.now(), monotonic: () => now };
    return openFolderStore({ root: scratch.root, calls: calls(), clock });
  };

  /** The stream ends well after its last byte, so that the clock of the file system has moved when the object gets its name. */
  async function receive({ objects }: FolderStore, from = bytes): Promise<void> {
    async function* stream(start: number): AsyncIterable<Uint8Array> {
      yield from.subarray(start);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const size = from.length;
    await objects.receive({ digest, size, place: 'the moon', read: (at) => Promise.resolve(stream(at)) });
    read = 0;
  }
  const target = (): string => scratch.at('out');
  const path = (): string => scratch.objects()[0]?.path ?? '';
  const place = ({ objects }: FolderStore): Promise<void> => objects.materialise(ref, target());
  const edit = (): void => {
    fs.chmodSync(path(), 0o644);
    fs.writeFileSync(path(), other);
  };

  it('is linked into the workspace without being read again, once', async () => {
    const store = await open();
    await receive(store);
    await place(store);
    expect(read).toBe(0);
    expect(fs.readFileSync(target()).equals(bytes)).toBe(true);
    await place(store);
    expect(read).toBeGreaterThan(bytes.length);
  });

  it('is refused when its reference tells another size', async () => {
    const store = await open();
    await receive(store);
    const wrong = { ...ref, size: 5 };
    await expect(store.objects.materialise(wrong, target())).rejects.toMatchObject({
      code: 'ERR_ML_DOCUMENT_INVALID',
    });
  });

  it.each([
    ['an edit in place', edit],
    [
      'an edit that sets the time back',
      (): void => {
        const { atimeMs, mtimeMs } = fs.statSync(path());
        edit();
        fs.utimesSync(path(), atimeMs / 1000, mtimeMs / 1000);
      },
    ],
    [
      'another file in its place',
      (): void => {
        const object = path();
        fs.rmSync(object);
        fs.writeFileSync(object, other);
      },
    ],
  ])('is read, and found damaged, after %s', async (_, damage) => {
    const store = await open();
    await receive(store);
    damage();
    await expect(place(store)).rejects.toMatchObject(corrupt);
    expect(fs.existsSync(target())).toBe(false);
  });

  it('is read, and found damaged, after an edit between the look and the link', async () => {
    const store = await open();
    await receive(store);
    beforeLink = edit;
    await expect(place(store)).rejects.toMatchObject(corrupt);
  });

  it('is read by another process, after 10 minutes, and as a copy to edit', async () => {
    const store = await open();
    await receive(store);
    await place(await open());
    expect(read).toBeGreaterThan(bytes.length);
    const late = await open();
    fs.rmSync(path(), { force: true });
    await receive(late);
    now += 10 * 60 * 1000;
    await place(late);
    expect(read).toBeGreaterThan(bytes.length);
    await receive(late);
    await late.objects.materialise(ref, target(), { for: 'edit' });
    expect(read).toBeGreaterThan(bytes.length);
  });

  it('is read where a part of it was there before', async () => {
    const store = await open();
    const cut = async function* (): AsyncIterable<Uint8Array> {
      yield await Promise.resolve(bytes.subarray(0, 2_000_000));
      throw new Error('cut off');
    };
    const broken = { digest, size: bytes.length, place: 'the moon', read: () => Promise.resolve(cut()) };
    await expect(store.objects.receive(broken)).rejects.toThrow('cut off');
    await receive(store);
    await place(store);
    expect(read).toBeGreaterThan(bytes.length);
  });
});
