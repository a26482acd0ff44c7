import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';

import { digestOf } from '../../kernel/index.js';
import { openFolderStore } from './index.js';
import type { FileCalls, FolderStore } from './index.js';
import { Scratch, systemError, watchedCalls } from './testing/scratch.js';

const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });
const day = 24 * 60 * 60 * 1000;

describe('Opening a folder store', () => {
  let scratch: Scratch;
  const open = (): Promise<FolderStore> => openFolderStore({ root: scratch.root });

  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => {
    scratch.remove();
  });

  it('writes down its format, once for many who open it at the same time', async () => {
    await Promise.all(Array.from({ length: 8 }, open));
    const format = fs.readFileSync(join(scratch.root, 'format.json'), 'utf8');
    expect(format).toBe('{"formatVersion":1,"kind":"nx-ml-store"}\n');
    expect(fs.readdirSync(scratch.root).sort()).toEqual([
      'format.json',
      'journals',
      'objects',
      'quarantine',
      'tmp',
    ]);
    expect(scratch.count('tmp')).toBe(0);
  });

  it.each([
    ['a newer format', '{"formatVersion":2,"kind":"nx-ml-store"}'],
    ['an older format', '{"formatVersion":0,"kind":"nx-ml-store"}'],
    ['another kind', '{"formatVersion":1,"kind":"something"}'],
    ['no JSON', '{"formatVersion":1'],
    ['nothing', ''],
  ])('refuses %s before it writes anything', async (_, format) => {
    scratch.write('store/format.json', format);
    await expect(open()).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
    expect(fs.readdirSync(scratch.root)).toEqual(['format.json']);
  });

  it('refuses a store that lost its format, for it may be a newer one', async () => {
    await open();
    fs.rmSync(join(scratch.root, 'format.json'));
    await expect(open()).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
  });

  it('opened to ask alone makes and sweeps nothing, and refuses a folder without a store', async () => {
    const missing = join(scratch.base, 'missing');
    await expect(openFolderStore({ root: missing, readOnly: true })).rejects.toMatchObject({
      code: 'ERR_ML_STORE_UNAVAILABLE',
    });
    expect(fs.existsSync(missing)).toBe(false);
    const { objects } = await openFolderStore({ root: scratch.root });
    const { digest } = await objects.putBytes(Buffer.from('x'));
    fs.rmSync(join(scratch.root, 'tmp'), { recursive: true });
    const asked = await openFolderStore({ root: scratch.root, readOnly: true });
    expect(String(await asked.objects.readBytes(digest))).toBe('x');
    expect(fs.existsSync(join(scratch.root, 'tmp'))).toBe(false);
  });

  it('finishes a store whose maker died half-way', async () => {
    fs.mkdirSync(join(scratch.root, 'tmp'), { recursive: true });
    const { objects } = await open();
    fs.rmSync(join(scratch.root, 'journals'), { recursive: true });
    await open();
    expect(await objects.missing([])).toEqual([]);
    expect(fs.existsSync(join(scratch.root, 'journals'))).toBe(true);
  });

  it('sweeps what is older than a day from tmp, and nothing younger', async () => {
    await open();
    for (const [name, age] of [
      ['old', day + 60_000],
      ['young', day - 60_000],
    ] as const) {
      const time = new Date(Date.now() - age);
      fs.utimesSync(scratch.write(`store/tmp/${name}`, 'left'), time, time);
    }
    await open();
    expect(fs.readdirSync(join(scratch.root, 'tmp'))).toEqual(['young']);
  });

  it('sweeps the folder of a thread that died, with its files, after a day', async () => {
    await openFolderStore({ root: scratch.root });
    scratch.write('store/tmp/1-0123456789abcdef-1/1', 'left');
    const opened = (days: number): Promise<unknown> =>
      openFolderStore({
        root: scratch.root,
        clock: { now: () => Date.now() + days * day, monotonic: () => 0 },
      });
    await opened(0.5);
    expect(scratch.count('tmp')).toBe(1);
    await opened(2);
    expect(scratch.count('tmp')).toBe(0);
  });

  it('sweeps what a restore left beside its target, after a day', async () => {
    const leftover = '.nx-ml-1-0123456789abcdef-1.tmp';
    scratch.write(`out/${leftover}/deep/file`, 'left');
    scratch.write('out/.nx-ml-own.tmp', 'somebody’s own');
    const restore = async (now: number): Promise<string[]> => {
      const clock = { now: () => now, monotonic: () => 0 };
      const { objects } = await openFolderStore({ root: scratch.root, clock });
      await objects.materialise(await objects.putBytes(Buffer.from('x')), scratch.at('out/file'));
      return fs.readdirSync(scratch.at('out')).sort();
    };
    expect(await restore(Date.now())).toEqual([leftover, '.nx-ml-own.tmp', 'file']);
    expect(await restore(Date.now() + day + 60_000)).toEqual(['.nx-ml-own.tmp', 'file']);
  });
});

describe('A folder store that cannot be used', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => {
    scratch.remove();
  });

  it('says so when its path leads through a file', async () => {
    scratch.write('store', 'a file');
    const expected = code('ERR_ML_STORE_UNAVAILABLE');
    await expect(openFolderStore({ root: scratch.root })).rejects.toEqual(expected);
    await expect(openFolderStore({ root: join(scratch.root, 'below') })).rejects.toEqual(expected);
  });

  it('does not look empty when it is gone, as when its disk is not mounted', async () => {
    const { objects, journals } = await openFolderStore({ root: scratch.root });
    const ref = await objects.putBytes(Buffer.from('x'));
    fs.rmSync(scratch.root, { recursive: true });
    const expected = code('ERR_ML_STORE_UNAVAILABLE');
    await expect(objects.has(ref.digest)).rejects.toEqual(expected);
    await expect(objects.missing([ref.digest])).rejects.toEqual(expected);
    await expect(objects.readBytes(ref.digest)).rejects.toEqual(expected);
    await expect(objects.verify(ref)).rejects.toEqual(expected);
    await expect(objects.materialise(ref, scratch.at('out'))).rejects.toEqual(expected);
    await expect(journals.read('log')).rejects.toEqual(expected);
    await expect(journals.append('log', 0, {})).rejects.toEqual(expected);
    expect(fs.existsSync(scratch.root)).toBe(false);
  });

  it.each(['EROFS', 'EACCES'])('still reads when writing says %s', async (errno) => {
    const writable = await openFolderStore({ root: scratch.root });
    const ref = await writable.objects.putTree(join(scratch.write('data/file', 'x'), '..'));
    await writable.journals.append('log', 0, { a: 1 });
    const calls = watchedCalls((name, [path, flags]) => {
      const writes = ['renameSync', 'linkSync', 'unlinkSync', 'chmodSync'].includes(name) || flags === 'wx';
      if (writes && String(path).startsWith(scratch.root) && name !== 'linkSync') throw systemError(errno);
    });
    const { objects, journals } = await openFolderStore({ root: scratch.root, calls });
    await objects.materialise(ref, scratch.at('out'));
    expect(fs.readFileSync(scratch.at('out/file'), 'utf8')).toBe('x');
    expect(await journals.read('log')).toHaveLength(1);
    const expected = code('ERR_ML_STORE_UNAVAILABLE');
    await expect(objects.putBytes(Buffer.from('new'))).rejects.toEqual(expected);
    await expect(journals.append('log', 1, {})).rejects.toEqual(expected);
  });

  it('blames a source or target on the workspace, and says what to do', async () => {
    const { objects } = await openFolderStore({ root: scratch.root });
    const expected = code('ERR_ML_FILE_INACCESSIBLE');
    await expect(objects.put(scratch.at('nowhere'))).rejects.toEqual(expected);
    await expect(objects.putFile(scratch.at('nowhere'))).rejects.toEqual(expected);
    await expect(objects.putTree(scratch.write('file', 'x'))).rejects.toEqual(expected);
    const ref = await objects.putBytes(Buffer.from('x'));
    await expect(objects.materialise(ref, scratch.at('file/below'))).rejects.toMatchObject({
      code: 'ERR_ML_FILE_INACCESSIBLE',
      message: expect.stringContaining('not a folder') as unknown,
      fix: expect.stringContaining('Move that file away') as unknown,
    });
  });

  it('survives a full disk: nothing half-written, and all that was there can be read', async () => {
    const full = fullDisk(scratch);
    try {
      const { objects, journals } = await openFolderStore({ root: full.root, calls: full.calls });
      const { digest } = await objects.putBytes(Buffer.from('there before'));
      await journals.append('log', 0, { a: 1 });
      const expected = code('ERR_ML_STORE_UNAVAILABLE');
      await expect(objects.putFile(scratch.write('large', Buffer.alloc(8_000_000, 'l')))).rejects.toEqual(
        expected,
      );
      for (let index = 0; index < 100; index += 1)
        scratch.write(`data/${String(index)}`, Buffer.alloc(80_000, String(index)));
      await expect(objects.putTree(scratch.at('data'))).rejects.toEqual(expected);
      expect(fs.readdirSync(join(full.root, 'tmp'))).toEqual([]);
      expect(fs.readdirSync(join(full.root, 'objects/sha256'))).toEqual([
        digestOf('there before').slice(7, 9),
      ]);
      expect((await objects.readBytes(digest)).toString()).toBe('there before');
      expect(await journals.append('log', 1, { a: 2 })).toMatchObject({ appended: true });
    } finally {
      full.close();
    }
  });
});

interface FullDisk {
  readonly root: string;
  readonly calls: FileCalls;
  close(): void;
}

/** A disk with room for 4 MB: a real one where we may mount it, else one that counts what is written. */
function fullDisk(scratch: Scratch): FullDisk {
  const room = 4_000_000;
  fs.mkdirSync(scratch.root);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(room)}`, 'tmpfs', scratch.root], {
      stdio: 'ignore',
    });
  } catch {
    let written = 0;
    const calls = watchedCalls((name, args) => {
      if (name !== 'writeSync') return;
      written += args[3] as number;
      if (written > room) {
        written = 0;
        throw systemError('ENOSPC');
      }
    });
    return { root: scratch.root, calls, close: () => undefined };
  }
  const close = (): void => {
    execFileSync('umount', [scratch.root]);
  };
  return { root: scratch.root, calls: watchedCalls(() => undefined), close };
}
