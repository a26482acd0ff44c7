import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';
import { MemoryBlobs } from '@nx-ml/core/adapters/remote-memory';
import { bytesSource } from '@nx-ml/core/remote';
import type { BlobSource } from '@nx-ml/core/remote';

import { openStateFolder } from '../access/state/index.js';
import { openStorage } from './index.js';
import { SpooledBlobs } from './spooled-blobs.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-server-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const code = (value: string): unknown => expect.objectContaining({ code: value });

describe('Opening a storage', () => {
  const open = (address: string): ReturnType<typeof openStorage> =>
    openStorage(address, openStateFolder(join(folder, 'state')));
  const at = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };

  it('makes an empty folder its own, and knows it again', async () => {
    const storage = at('storage');
    await (await open(storage)).create('cache/x', Buffer.from('x'));
    expect(await (await open(`file://${storage}`)).size('cache/x')).toBe(1);
  });

  it('makes no folder that is not there: it may be a disk that is not mounted', async () => {
    await expect(open(join(folder, 'missing'))).rejects.toEqual(code('ERR_ML_REMOTE_REFUSED'));
  });

  it('takes no folder that holds something else', async () => {
    const storage = at('photos');
    writeFileSync(join(storage, 'holiday.jpg'), 'x');
    await expect(open(storage)).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
    expect(readdirSync(storage)).toEqual(['holiday.jpg']);
  });

  it.each([
    '{}',
    '',
    '{"kind":"nx-ml-remote","formatVersion":1}',
    '{"kind":"nx-ml-server","formatVersion":2}',
  ])('takes none with the format %j', async (text) => {
    const storage = at('storage');
    writeFileSync(join(storage, 'format.json'), text);
    await expect(open(storage)).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
  });

  it('is at no other server', async () => {
    await expect(open('https://cache.example.org')).rejects.toEqual(code('ERR_ML_REMOTE_ADDRESS'));
  });

  it('reads what a server of version 1 made', async () => {
    const storage = at('storage');
    writeFileSync(join(storage, 'format.json'), '{"formatVersion":1,"kind":"nx-ml-server"}\n');
    expect(await open(storage)).toBeInstanceOf(FolderBlobs);
  });
});

describe('A place that must read twice', () => {
  /** Reads its source twice, as a bucket does, and gives what it wrote once both were the same. */
  class TwiceRead extends MemoryBlobs {
    override async createFrom(name: string, source: BlobSource): Promise<boolean> {
      const [first, second] = [await all(source), await all(source)];
      expect(first.equals(second)).toBe(true);
      return super.createFrom(name, bytesSource(first));
    }
  }

  async function all(source: BlobSource): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of source.read(0, source.size)) parts.push(Buffer.from(part));
    return Buffer.concat(parts);
  }

  const once = (bytes: Buffer, size = bytes.length): BlobSource => {
    let isRead = false;
    return {
      size,
      read: (start, end) => {
        if (isRead) throw new Error('it comes once');
        isRead = true;
        return bytesSource(bytes).read(start, Math.min(end, bytes.length));
      },
    };
  };

  it.each([0, 5, 3_000_000])('gets %d bytes that come once, and leaves nothing behind', async (size) => {
    const spooled = new SpooledBlobs(new TwiceRead(), folder);
    const bytes = Buffer.alloc(size, 'ab');
    expect(await spooled.createFrom('a', once(bytes))).toBe(true);
    expect(await spooled.createFrom('a', once(bytes))).toBe(false);
    const opened = await spooled.open('a');
    expect([opened?.size, readdirSync(folder)]).toEqual([size, []]);
  });

  it('gets nothing of a source that breaks', async () => {
    const spooled = new SpooledBlobs(new TwiceRead(), folder);
    await expect(spooled.createFrom('a', once(Buffer.alloc(10), 20))).rejects.toEqual(
      code('ERR_ML_SOURCE_CHANGED'),
    );
    expect([await spooled.size('a'), readdirSync(folder)]).toEqual([undefined, []]);
  });

  it('clears what killed uploads left, and nothing else', async () => {
    writeFileSync(join(folder, '0.upload'), 'x');
    writeFileSync(join(folder, 'other'), 'x');
    await new SpooledBlobs(new MemoryBlobs(), folder).clear();
    expect(readdirSync(folder)).toEqual(['other']);
  });
});
