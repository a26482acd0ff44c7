import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeBlobs } from '../../remote/blobs.contract.js';
import { describeServedBlobs } from '../../remote/served-blobs.contract.js';
import type { ServedBlobsRig } from '../../remote/served-blobs.contract.js';
import { bytesSource, RemoteJournal } from '../../remote/index.js';
import { FolderBlobs } from './index.js';

const fresh = (): string => fs.mkdtempSync(join(tmpdir(), 'nx-ml-remote-'));

const openRig = (): Promise<ServedBlobsRig> => {
  const root = fresh();
  return Promise.resolve({
    blobs: new FolderBlobs(root),
    again: new FolderBlobs(root),
    close: () => {
      expect(fs.existsSync(join(root, 'tmp')) ? fs.readdirSync(join(root, 'tmp')) : []).toEqual([]);
      fs.rmSync(root, { recursive: true });
    },
  });
};

describeBlobs('FolderBlobs', openRig);
describeServedBlobs('FolderBlobs', openRig);

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

  it('opens no link and no pipe, and what it opened stays while its name goes', async () => {
    fs.symlinkSync('/etc/hostname', join(root, 'link'));
    fs.mkdirSync(join(root, 'folder'));
    const blobs = new FolderBlobs(root);
    expect([await blobs.open('link'), await blobs.open('folder')]).toEqual([undefined, undefined]);
    await blobs.createFrom('blob', bytesSource(Buffer.from('hello')));
    const opened = await blobs.open('blob');
    await blobs.remove('blob');
    const pieces: string[] = [];
    for await (const piece of opened?.pieces(0, 5) ?? []) pieces.push(String(piece));
    expect(pieces).toEqual(['hello']);
    await opened?.close();
  });

  it('has another version for a file that was touched', async () => {
    const blobs = new FolderBlobs(root);
    const version = async (): Promise<string | undefined> => {
      const opened = await blobs.open('blob');
      await opened?.close();
      return opened?.version;
    };
    await blobs.createFrom('blob', bytesSource(Buffer.from('hello')));
    const before = await version();
    expect([await version(), typeof before]).toEqual([before, 'string']);
    fs.chmodSync(join(root, 'blob'), 0o600);
    fs.writeFileSync(join(root, 'blob'), 'jello');
    expect(await version()).not.toBe(before);
  });

  it('tells that a file became shorter while it was read', async () => {
    const blobs = new FolderBlobs(root);
    await blobs.createFrom('blob', bytesSource(Buffer.alloc(2_000_000)));
    const opened = await blobs.open('blob');
    fs.chmodSync(join(root, 'blob'), 0o600);
    fs.truncateSync(join(root, 'blob'), 600_000);
    const reading = async (): Promise<void> => {
      for await (const piece of opened?.pieces(0, 2_000_000) ?? []) expect(piece.length).toBeGreaterThan(0);
    };
    await expect(reading()).rejects.toEqual(code('ERR_ML_REMOTE_UNAVAILABLE'));
    await opened?.close();
  });

  it('passes over what a deleted file is called that somebody has open', async () => {
    const blobs = new FolderBlobs(root);
    const journal = new RemoteJournal(blobs);
    await journal.append('log', 0, {});
    fs.writeFileSync(join(root, 'journals/log/.nfs000000000123456700000001'), 'deleted');
    expect(await names(blobs)).toEqual(['journals/log/00000000.json']);
    expect(await journal.read('log')).toHaveLength(1);
  });
});
