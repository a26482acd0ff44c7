import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';

import { compareText, digestOf } from '../../../kernel/index.js';
import { failureOf } from '../../../kernel/testing/failure-of.js';
import { encodeTree } from '../../../store/index.js';
import { DataFiles } from './data-files.js';
import { StatCache } from './stat-cache.js';

describe('DataFiles', () => {
  let root: string;
  let read: number;
  let grace: number | undefined;

  const cache = () => join(root, '.cache');
  const open = () =>
    new DataFiles({
      root,
      cache: cache(),
      ...(grace === undefined ? {} : { grace }),
      onRead: () => (read += 1),
    });
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  const look = (path: string) => {
    read = 0;
    const seen = open().look(path);
    return { ...seen?.ref, read, paths: seen?.entries().map((entry) => entry.path) };
  };
  const treeOf = (files: Readonly<Record<string, string>>) =>
    digestOf(
      encodeTree(
        Object.entries(files).map(([path, text]) => ({ path, digest: digestOf(text), size: text.length })),
      ),
    );
  /** As if every file had lain still for a minute: the clock of the file system is what cannot be turned. */
  const letTimePass = () => {
    grace = -60_000;
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-data-files-'));
    grace = undefined;
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const photos = { 'a.txt': 'one', 'a/b.txt': 'two', 'a-b': 'three', 'z/y/x': '' };
  const writePhotos = () => {
    write(Object.fromEntries(Object.entries(photos).map(([path, text]) => [`photos/${path}`, text])));
  };

  it('sees a folder as the store would, sorted', () => {
    writePhotos();
    const paths = Object.keys(photos).sort(compareText);
    expect(look('photos')).toMatchObject({
      kind: 'tree',
      digest: treeOf(photos),
      size: 11,
      files: 4,
      read: 4,
      paths,
    });
  });

  it('passes over what a checkout or an unlocking builds there, as the store does', () => {
    writePhotos();
    const own = '.nx-ml-0123abcd-77-0123456789abcdef-1.tmp';
    write({ [`photos/a/${own}`]: 'half a file', [`photos/${own}/b.txt`]: 'half a folder' });
    expect(look('photos')).toMatchObject({ digest: treeOf(photos), files: 4, read: 4 });
  });

  it('sees a file, an empty folder, and nothing', () => {
    write({ 'data/mails.csv': 'a,b\n' });
    mkdirSync(join(root, 'empty'));
    expect(look('data/mails.csv')).toMatchObject({
      kind: 'file',
      digest: digestOf('a,b\n'),
      size: 4,
      files: 1,
      paths: ['mails.csv'],
    });
    expect(look('empty')).toMatchObject({ digest: treeOf({}), size: 0, files: 0, paths: [] });
    expect(open().look('nothing')).toBeUndefined();
  });

  describe('what is remembered', () => {
    beforeEach(() => {
      letTimePass();
      writePhotos();
      look('photos');
    });

    it('is not read again', () => {
      expect(look('photos')).toMatchObject({ digest: treeOf(photos), read: 0, files: 4 });
    });

    it('is looked at file by file', () => {
      write({ 'photos/a.txt': 'ONE' });
      rmSync(join(root, 'photos/z'), { recursive: true });
      write({ 'photos/b/c': 'new' });
      const now = { 'a.txt': 'ONE', 'a/b.txt': 'two', 'a-b': 'three', 'b/c': 'new' };
      expect(look('photos')).toMatchObject({ digest: treeOf(now), read: 2 });
      expect(look('photos')).toMatchObject({ digest: treeOf(now), read: 0 });
    });

    it('sees an edit that keeps size and mtime, and a file that took the place of another', () => {
      const path = join(root, 'photos/a.txt');
      utimesSync(path, 1, 1);
      look('photos');
      write({ 'photos/a.txt': 'ONE' });
      utimesSync(path, 1, 1);
      expect(look('photos')).toMatchObject({ digest: treeOf({ ...photos, 'a.txt': 'ONE' }), read: 1 });
      write({ other: 'TWO' });
      renameSync(join(root, 'other'), path);
      expect(look('photos')).toMatchObject({ digest: treeOf({ ...photos, 'a.txt': 'TWO' }), read: 1 });
    });

    it('sees a folder become a file and a file a folder', () => {
      rmSync(join(root, 'photos'), { recursive: true });
      write({ photos: 'a file now' });
      expect(look('photos')).toMatchObject({ kind: 'file', digest: digestOf('a file now') });
      rmSync(join(root, 'photos'));
      writePhotos();
      expect(look('photos')).toMatchObject({ kind: 'tree', digest: treeOf(photos) });
    });

    it('is nothing once a single bit of it turned, and of another path', () => {
      const [name = ''] = readdirSync(cache());
      const file = join(cache(), name);
      const good = readFileSync(file);
      fc.assert(
        fc.property(fc.nat(good.length * 8 - 1), (bit) => {
          const bad = Buffer.from(good);
          bad.writeUInt8(bad.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
          writeFileSync(file, bad);
          expect(new StatCache(cache()).load('photos')).toBeUndefined();
        }),
      );
      fc.assert(
        fc.property(fc.nat(good.length - 1), (length) => {
          writeFileSync(file, good.subarray(0, length));
          expect(new StatCache(cache()).load('photos')).toBeUndefined();
        }),
      );
      expect(look('photos')).toMatchObject({ digest: treeOf(photos), read: 4 });
      expect(new StatCache(cache()).load('photos')?.paths).toEqual(Object.keys(photos).sort(compareText));
      expect(new StatCache(cache()).load('other')).toBeUndefined();
    });

    it.each([3600, 86_400, 315_360_000])(
      'is not believed when the clock was set back since, by %i s: an edit may have the times that stood there',
      (seconds) => {
        const [name = ''] = readdirSync(cache());
        const ahead = Date.now() / 1000 + seconds;
        utimesSync(join(cache(), name), ahead, ahead);
        expect(look('photos')).toMatchObject({ digest: treeOf(photos), read: 4 });
        expect(look('photos')).toMatchObject({ digest: treeOf(photos), read: 0 });
      },
    );

    it('is believed by a clock that was set ahead since', () => {
      const [name = ''] = readdirSync(cache());
      utimesSync(join(cache(), name), 1, 1);
      expect(look('photos').read).toBe(0);
    });

    it('is forgotten of data that is no more, with what killed processes left', () => {
      write({ other: 'x', '.cache/abc.stat.1234.tmp': 'half' });
      look('other');
      expect(readdirSync(cache())).toHaveLength(3);
      open().keepOnly(['photos']);
      expect(readdirSync(cache())).toHaveLength(1);
      expect(look('photos').read).toBe(0);
    });
  });

  it('reads files touched just now again: they could change and keep their times', () => {
    writePhotos();
    expect(look('photos').read).toBe(4);
    expect(look('photos')).toMatchObject({ digest: treeOf(photos), read: 4 });
  });

  it('works where nothing can be remembered', () => {
    writePhotos();
    write({ '.cache': 'a file in the way' });
    expect(look('photos')).toMatchObject({ digest: treeOf(photos), read: 4 });
  });

  it('refuses links and names that differ by case alone, as the store does', () => {
    write({ 'data/a': '1', 'data/A': '2', 'links/x': '' });
    symlinkSync('x', join(root, 'links/y'));
    symlinkSync('links', join(root, 'link'));
    for (const path of ['data', 'links', 'link'])
      expect(failureOf(() => open().look(path))).toMatchObject({ code: 'ERR_ML_PATH_UNSAFE' });
  });

  describe('a glance', () => {
    it('reads nothing, tells what is not known, and learns it', () => {
      letTimePass();
      writePhotos();
      const first = open().glance('photos');
      expect(first?.unknown).toEqual(Object.keys(photos).sort(compareText));
      const digests = Object.entries(photos).map(([path, text]) => [path, digestOf(text)] as const);
      expect(first?.learn(new Map(digests)).ref.digest).toBe(treeOf(photos));
      expect(open().glance('photos')?.unknown).toEqual([]);
      expect(look('photos').read).toBe(0);
    });

    it('knows when something moved since', () => {
      writePhotos();
      const glance = open().glance('photos');
      expect(glance?.isStill()).toBe(true);
      write({ 'photos/new': '' });
      expect(glance?.isStill()).toBe(false);
      rmSync(join(root, 'photos'), { recursive: true });
      expect(glance?.isStill()).toBe(false);
    });
  });

  it('never sees anything else than what a first look would, whatever was done before', () => {
    letTimePass();
    const path = fc.constantFrom('a', 'a-b', 'b', 'c/d', 'c/e', 'f/g/h');
    const step = fc.oneof(
      fc.record({ what: fc.constant('write' as const), path }),
      fc.record({ what: fc.constant('remove' as const), path }),
      fc.record({ what: fc.constant('move' as const), path, to: path }),
      fc.record({ what: fc.constant('look' as const), path }),
    );
    let round = 0;
    let size = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const at = `round-${String((round += 1))}`;
        mkdirSync(join(root, at));
        for (const { what, path: name, ...rest } of steps) {
          const file = join(root, at, name);
          // Of another size each time: two writes within a tick of the clock are what the grace is for.
          if (what === 'write') write({ [`${at}/${name}`]: 'x'.repeat((size += 1)) });
          else if (what === 'remove') rmSync(file, { force: true });
          else if (what === 'move' && existsSync(file) && 'to' in rest) {
            mkdirSync(dirname(join(root, at, rest.to)), { recursive: true });
            renameSync(file, join(root, at, rest.to));
          } else open().look(at);
        }
        const first = new DataFiles({ root, cache: join(root, `.first-${String(round)}`) }).look(at);
        expect(open().look(at)?.ref).toEqual(first?.ref);
        expect(open().look(at)?.entries()).toEqual(first?.entries());
      }),
      { numRuns: 60 },
    );
  });
});
