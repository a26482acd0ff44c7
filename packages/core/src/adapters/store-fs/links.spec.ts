import * as fs from 'node:fs';
import { join } from 'node:path';

import { digestOf } from '../../kernel/index.js';
import type { NotLinked } from '../../store/index.js';
import { nodeFileCalls, openFolderStore } from './index.js';
import type { FileCalls } from './index.js';
import { Scratch, systemError, watchedCalls } from './testing/scratch.js';

const day = 24 * 60 * 60 * 1000;

describe('Files that become links to their objects', () => {
  let scratch: Scratch;
  let copied: [path: string, why: NotLinked][];
  const onCopied = (path: string, why: NotLinked): void => {
    copied.push([path.slice(scratch.base.length + 1), why]);
  };
  beforeEach(() => {
    scratch = new Scratch();
    copied = [];
  });
  afterEach(() => {
    scratch.remove();
  });

  async function put(path: string, calls: FileCalls = nodeFileCalls): Promise<unknown> {
    const { objects } = await openFolderStore({ root: scratch.root, calls });
    try {
      await objects.put(scratch.at(path), { by: 'link', onCopied });
      return 'done';
    } catch (error) {
      return (error as { code?: string }).code ?? error;
    }
  }
  const modeOf = (path: string): string => (fs.statSync(scratch.at(path)).mode & 0o7777).toString(8);
  const inodeOf = (path: string): number => fs.statSync(scratch.at(path)).ino;
  const objectOf = (content: string): string => {
    const digest = digestOf(content);
    return scratch.objects().find((object) => object.digest === digest)?.path ?? 'none';
  };
  const isLink = (path: string, content: string): boolean =>
    fs.existsSync(objectOf(content)) && fs.statSync(objectOf(content)).ino === inodeOf(path);
  async function reading(content: string): Promise<string> {
    const { objects } = await openFolderStore({ root: scratch.root });
    return objects.readBytes(digestOf(content)).then(String, (error: unknown) => {
      return (error as { code: string }).code;
    });
  }

  it.each([
    [0o644, '444'],
    [0o755, '444'],
    [0o600, '400'],
    [0o444, '444'],
  ])('loses the rights to write and to run, and gains none: %o', async (mode, expected) => {
    fs.chmodSync(scratch.write('file', 'x'), mode);
    expect(await put('file')).toBe('done');
    expect([isLink('file', 'x'), modeOf('file'), copied]).toEqual([true, expected, []]);
    expect(scratch.count('tmp')).toBe(0);
  });

  it('finds all in place the second time, and locks again what was unlocked', async () => {
    scratch.write('data/a', 'a');
    await put('data');
    fs.chmodSync(scratch.at('data/a'), 0o644);
    expect(await put('data')).toBe('done');
    expect([isLink('data/a', 'a'), modeOf('data/a'), copied]).toEqual([true, '444', []]);
  });

  it('takes the place of a file whose object was there, whatever it was there by', async () => {
    const { objects } = await openFolderStore({ root: scratch.root });
    await objects.putFile(scratch.write('a', 'a'));
    scratch.write('data/one', 'a');
    scratch.write('data/two', 'a');
    expect(await put('data')).toBe('done');
    expect([isLink('data/one', 'a'), isLink('data/two', 'a'), isLink('a', 'a')]).toEqual([true, true, false]);
    expect([copied, scratch.count('tmp')]).toEqual([[], 0]);
  });

  it('heals a damaged object rather than to link to it', async () => {
    const { objects } = await openFolderStore({ root: scratch.root });
    await objects.putFile(scratch.write('a', 'right'));
    fs.chmodSync(objectOf('right'), 0o644);
    fs.writeFileSync(objectOf('right'), 'wrong');
    expect(await put('a')).toBe('done');
    expect([isLink('a', 'right'), await reading('right'), scratch.count('quarantine')]).toEqual([
      true,
      'right',
      1,
    ]);
  });

  it('counts as young, so that no garbage collection takes it for an old object', async () => {
    const old = new Date(Date.now() - 40 * day);
    fs.utimesSync(scratch.write('old', 'old'), old, old);
    expect(await put('old')).toBe('done');
    expect(Date.now() - fs.statSync(objectOf('old')).mtimeMs).toBeLessThan(day);
  });

  describe('what stays a copy, and is left alone', () => {
    async function expectCopy(why: NotLinked, calls: FileCalls = nodeFileCalls): Promise<void> {
      const before = fs.statSync(scratch.at('data/a'));
      expect(await put('data', calls)).toBe('done');
      const after = fs.statSync(scratch.at('data/a'));
      expect([after.ino, after.mode, after.nlink]).toEqual([before.ino, before.mode, before.nlink]);
      expect([copied, await reading('a'), isLink('data/a', 'a')]).toEqual([[['data/a', why]], 'a', false]);
    }
    beforeEach(() => {
      scratch.write('data/a', 'a');
    });

    it('a file with other names', async () => {
      fs.linkSync(scratch.at('data/a'), scratch.at('elsewhere'));
      await expectCopy('other-names');
    });

    it('a file with other names, whose object is there', async () => {
      fs.linkSync(scratch.at('data/a'), scratch.at('elsewhere'));
      const { objects } = await openFolderStore({ root: scratch.root });
      await objects.putBytes(Buffer.from('a'));
      await expectCopy('other-names');
    });

    it("another user's file", async () => {
      const fstatSync = (handle: number): fs.BigIntStats => {
        const stat = fs.fstatSync(handle, { bigint: true });
        return Object.assign(stat, { uid: stat.uid + 1n });
      };
      await expectCopy('other-owner', { ...nodeFileCalls, fstatSync: fstatSync as typeof fs.fstatSync });
    });

    it.each(['EXDEV', 'EPERM', 'EMLINK'])('a file whose link says %s', async (code) => {
      const calls = watchedCalls((name) => {
        if (name === 'linkSync') throw systemError(code);
      });
      await expectCopy('no-links', calls);
    });

    it('a file on another file system, which is not even tried', async () => {
      let links = 0;
      const watched = watchedCalls((name) => {
        if (name === 'linkSync' || name === 'fchmodSync') links += 1;
      });
      const lstatSync = (path: string, options: fs.StatSyncOptions): unknown => {
        const stat = fs.lstatSync(path, options);
        if (stat !== undefined && path.endsWith('sha256')) Object.assign(stat, { dev: -1n });
        return stat;
      };
      await expectCopy('no-links', { ...watched, lstatSync: lstatSync as typeof fs.lstatSync });
      expect(links).toBe(0);
    });
  });

  describe('while others are at work', () => {
    it('links nothing of a tree in which something changes while it is read', async () => {
      for (const name of ['a', 'b']) scratch.write(`data/${name}`, name);
      const calls = watchedCalls((name) => {
        if (name === 'fdatasync') fs.rmSync(scratch.at('data/b'), { force: true });
        if (name === 'readSync') scratch.write('data/new', 'new');
      });
      expect(await put('data', calls)).toBe('ERR_ML_SOURCE_CHANGED');
      expect([scratch.objects(), modeOf('data/a')]).toEqual([[], '644']);
    });

    it.each(['fchmodSync', 'linkSync'])('gives no name to what a writer writes before %s', async (moment) => {
      scratch.write('file', 'before');
      const writer = fs.openSync(scratch.at('file'), 'r+');
      let armed = true;
      const calls = watchedCalls((name, args) => {
        if (!armed || name !== moment) return;
        armed = args.length === 0;
        fs.writeSync(writer, 'AFTER, and more');
      });
      expect(await put('file', calls)).toBe('ERR_ML_SOURCE_CHANGED');
      fs.closeSync(writer);
      expect([armed, scratch.objects()]).toEqual([false, []]);
    });

    it('goes by the bytes where a file was only touched', async () => {
      scratch.write('file', 'same');
      let armed = true;
      const calls = watchedCalls((name) => {
        if (!armed || name !== 'fdatasync') return;
        armed = false;
        fs.utimesSync(scratch.at('file'), 1, 1);
      });
      expect(await put('file', calls)).toBe('done');
      expect([armed, isLink('file', 'same'), copied]).toEqual([false, true, []]);
    });

    it('does not follow a symbolic link that takes the place of a file', async () => {
      scratch.write('secret', 'secret');
      scratch.write('file', 'x');
      const calls = watchedCalls((name) => {
        if (name !== 'fdatasync') return;
        fs.rmSync(scratch.at('file'), { force: true });
        fs.symlinkSync(scratch.at('secret'), scratch.at('file'));
      });
      expect(await put('file', calls)).toBe('ERR_ML_PATH_UNSAFE');
      expect([scratch.objects(), modeOf('secret')]).toEqual([[], '644']);
    });

    it('links to the copy that another process gives the name first', async () => {
      scratch.write('file', 'x');
      const rival = await openFolderStore({ root: scratch.root });
      scratch.write('rival', 'x');
      await rival.objects.putBytes(Buffer.from('other'));
      let armed = true;
      const calls = watchedCalls((name, [, to]) => {
        if (!armed || name !== 'linkSync') return;
        armed = false;
        fs.mkdirSync(join(String(to), '..'), { recursive: true });
        fs.renameSync(scratch.at('rival'), String(to));
      });
      expect(await put('file', calls)).toBe('done');
      expect([armed, isLink('file', 'x'), await reading('x')]).toEqual([false, true, 'x']);
    });
  });

  it('tells an edit in place when the object is read, and keeps both contents when the old one comes again', async () => {
    scratch.write('file', 'old');
    await put('file');
    fs.chmodSync(scratch.at('file'), 0o644);
    fs.writeFileSync(scratch.at('file'), 'new');
    expect(await reading('old')).toBe('ERR_ML_OBJECT_CORRUPT');
    expect(await reading('old')).toBe('ERR_ML_OBJECT_MISSING');
    expect(fs.readFileSync(scratch.at('file'), 'utf8')).toBe('new');
    expect(await put('file')).toBe('done');
    // Its other name is in the quarantine, so it stays a copy.
    expect([await reading('new'), copied]).toEqual(['new', [['file', 'other-names']]]);
    const { objects } = await openFolderStore({ root: scratch.root });
    await objects.putBytes(Buffer.from('old'));
    expect([await reading('old'), await reading('new')]).toEqual(['old', 'new']);
  });
});
