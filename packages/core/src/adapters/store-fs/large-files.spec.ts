import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { LargeFile } from '../../chunks/index.js';
import { noise } from '../../chunks/testing/noise.js';
import { digestOf, hexOf } from '../../kernel/index.js';
import { collect } from '../../remote/index.js';
import { openFolderStore, openLargeFiles } from './index.js';
import { Scratch } from './testing/scratch.js';

const MB = 1024 * 1024;
const [one, two, small] = [noise(1, 2 * MB), noise(2, 3 * MB), noise(3, 1000)];
const all = { least: 0, most: Infinity };

describe('large files of a folder store', () => {
  let scratch: Scratch;
  beforeEach(async () => {
    scratch = new Scratch();
    const { objects } = await openFolderStore({ root: scratch.root });
    for (const bytes of [one, two, small]) await objects.putBytes(bytes);
    for (const { digest, path } of scratch.objects()) {
      const age = digest === digestOf(one) ? 100 : 200;
      utimesSync(path, age, age);
    }
  });
  afterEach(() => {
    scratch.remove();
  });

  const digests = async (sizes = all): Promise<readonly string[]> =>
    (await openLargeFiles(scratch.root).latest(sizes)).map(({ digest }) => digest);

  it('are those from 1 MB on, the latest first, of the sizes asked for', async () => {
    expect(await digests()).toEqual([digestOf(two), digestOf(one)]);
    expect(await digests({ least: 0, most: 2 * MB })).toEqual([digestOf(one)]);
    expect(await digests({ least: 3 * MB, most: 9 * MB })).toEqual([digestOf(two)]);
  });

  it('are found by their digest, with their bytes', async () => {
    const files = openLargeFiles(scratch.root);
    const found = await files.find(digestOf(one));
    expect(found?.bytes.size).toBe(one.length);
    const middle = await collect(read(found, 5, 2 * MB - 5), Infinity);
    expect(middle?.equals(one.subarray(5, 2 * MB - 5))).toBe(true);
    expect(await files.find(digestOf('nothing'))).toBeUndefined();
  });

  it('are no longer given when they are not what was found', async () => {
    const found = await openLargeFiles(scratch.root).find(digestOf(one));
    const path = found?.path ?? '';
    rmSync(path);
    writeFileSync(path, one);
    await expect(collect(read(found, 0, 10), 10)).rejects.toMatchObject({
      code: 'ERR_ML_SOURCE_CHANGED',
    });
  });

  it('are nothing that lies there beside them', async () => {
    const folder = join(scratch.root, 'objects', 'sha256', 'aa');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'notes'), two);
    mkdirSync(join(folder, 'b'.repeat(62)));
    symlinkSync(scratch.objects()[0]?.path ?? '', join(folder, 'c'.repeat(62)));
    writeFileSync(join(scratch.root, 'objects', 'sha256', 'file'), two);
    expect(await digests()).toHaveLength(2);
    expect(await openLargeFiles(scratch.root).find(digestOf(hexOf(digestOf(one))))).toBeUndefined();
  });

  it('are none where there is no store', async () => {
    expect(await openLargeFiles(join(scratch.base, 'none')).latest(all)).toEqual([]);
  });
});

function read(file: LargeFile | undefined, start: number, end: number): AsyncIterable<Uint8Array> {
  if (file === undefined) throw new Error('it was not found');
  return file.bytes.read(start, end);
}
