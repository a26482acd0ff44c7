import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeBlobs } from '../../remote/blobs.contract.js';
import { bytesSource } from '../../remote/index.js';
import { nodeFolderCalls } from './folder-calls.js';
import type { FolderCalls } from './folder-calls.js';
import { FolderBlobs } from './index.js';

const fresh = (): string => fs.mkdtempSync(join(tmpdir(), 'nx-ml-remote-'));

describeBlobs('FolderBlobs', () => {
  const root = fresh();
  return Promise.resolve({
    blobs: new FolderBlobs(root),
    again: new FolderBlobs(root),
    close: () => {
      expect(fs.existsSync(join(root, 'tmp')) ? fs.readdirSync(join(root, 'tmp')) : []).toEqual([]);
      fs.rmSync(root, { recursive: true });
    },
  });
});

describe('A remote in a folder', () => {
  let root: string;
  beforeEach(() => {
    root = fresh();
  });
  afterEach(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });
  const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });
  const names = async (blobs: FolderBlobs): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of blobs.list('')) found.push(name);
    return found.sort();
  };

  it('is not made where its folder is not there, nor taken for an empty one', async () => {
    const blobs = new FolderBlobs(join(root, 'unmounted'));
    const refused = code('ERR_ML_REMOTE_REFUSED');
    await expect(names(blobs)).rejects.toEqual(refused);
    await expect(blobs.size('a')).rejects.toEqual(refused);
    await expect(blobs.read('a')).rejects.toEqual(refused);
    await expect(blobs.write('a', bytesSource(Buffer.from('x')))).rejects.toEqual(refused);
    await expect(blobs.create('a', Buffer.from('x'))).rejects.toEqual(refused);
    expect(fs.readdirSync(root)).toEqual([]);
  });

  it('passes over links, pipes and names that are not its own', async () => {
    fs.writeFileSync(join(root, 'README.md'), 'x');
    fs.mkdirSync(join(root, 'a b'));
    fs.symlinkSync('/etc', join(root, 'etc'));
    fs.symlinkSync('/etc/hostname', join(root, 'link'));
    const blobs = new FolderBlobs(root);
    await blobs.write('real', bytesSource(Buffer.from('x')));
    expect([await names(blobs), await blobs.size('link'), await blobs.read('link')]).toEqual([
      ['real'],
      undefined,
      undefined,
    ]);
  });

  it('tells each failing call of a write or create as a failure of the remote, and leaves no name', async () => {
    for (const [errno, expected] of [
      ['ENOSPC', 'ERR_ML_REMOTE_UNAVAILABLE'],
      ['EIO', 'ERR_ML_REMOTE_UNAVAILABLE'],
      ['EACCES', 'ERR_ML_REMOTE_REFUSED'],
    ] as const) {
      const made = await numberOfCalls(root);
      for (let failing = 0; failing < made; failing += 1) {
        const folder = fresh();
        const outcome = await use(new FolderBlobs(folder, failAt(failing, errno))).then(
          () => 'done',
          (error: unknown) => (error as { code?: string }).code,
        );
        const left = await names(new FolderBlobs(folder));
        // A failed sync of the folder comes after the name, which may then stay; a failed clean-up harms nobody.
        if (outcome !== 'done') expect(outcome).toBe(expected);
        for (const name of left)
          expect(fs.readFileSync(join(folder, name), 'utf8')).toBe(name === 'a/w' ? 'written' : 'created');
        fs.rmSync(folder, { recursive: true });
      }
    }
  });
});

async function use(blobs: FolderBlobs): Promise<void> {
  await blobs.write('a/w', bytesSource(Buffer.from('written')));
  await blobs.create('b/c', Buffer.from('created'));
}

/** The calls, the n-th of which fails; all are counted. */
function failAt(failing: number, errno: string, counted = { calls: 0 }): FolderCalls {
  const entries = Object.entries(nodeFolderCalls) as [string, (...args: unknown[]) => Promise<unknown>][];
  const watched = entries.map(([name, call]) => [
    name,
    (...args: unknown[]): Promise<unknown> => {
      counted.calls += 1;
      // What a file handle holds must be let go even where closing is made to fail.
      if (counted.calls - 1 !== failing || name === 'close') return call(...args);
      const failure = new Error(`${errno}: injected`);
      return Promise.reject(Object.assign(failure, { code: errno, errno: -1, syscall: name }));
    },
  ]);
  return Object.fromEntries(watched) as FolderCalls;
}

async function numberOfCalls(root: string): Promise<number> {
  const counted = { calls: 0 };
  await use(new FolderBlobs(root, failAt(-1, 'EIO', counted)));
  expect(counted.calls).toBeGreaterThan(15);
  return counted.calls;
}
