import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chunkerFromSource } from '../../adapters/chunker-workers/testing/chunker-from-source.js';
import { FolderBlobs } from '../../adapters/remote-folder/index.js';
import { openFolderStore, openLargeFiles } from '../../adapters/store-fs/index.js';
import { ChunkedObjects } from '../../chunks/index.js';
import { noise } from '../../chunks/testing/noise.js';
import { Remote } from '../../remote/index.js';
import { pullRefs } from './pull-refs.js';
import { applyPush, planPush } from './push-objects.js';
import { MemoryIndexes } from './testing/memory-indexes.js';
import type { TransferDeps, TransferProgress } from './transfer-deps.js';

const MB = 1024 * 1024;

/** Two machines and a shared folder, all of it as it is for users. */
describe('A large file that changed a little', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'nx-ml-chunked-'));
    mkdirSync(join(base, 'remote'));
  });
  afterEach(() => {
    rmSync(base, { recursive: true });
  });

  async function machine(name: string, progress?: TransferProgress): Promise<TransferDeps> {
    const root = join(base, name);
    const { objects } = await openFolderStore({ root });
    const blobs = new FolderBlobs(join(base, 'remote'));
    const large = new ChunkedObjects({ blobs, chunker: chunkerFromSource(), files: openLargeFiles(root) });
    return { store: objects, remote: new Remote({ blobs, indexes: new MemoryIndexes(), large }), progress };
  }

  function write(bytes: Buffer): string {
    const folder = join(base, 'data');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'model.bin'), bytes);
    writeFileSync(join(folder, 'notes.txt'), 'small');
    return folder;
  }

  function remoteBytes(): number {
    const files = readdirSync(join(base, 'remote'), { recursive: true, withFileTypes: true });
    return files.reduce((sum, file) => {
      const path = join(file.parentPath, file.name);
      return sum + (file.isFile() ? statSync(path).size : 0);
    }, 0);
  }

  it('is pushed and pulled as what is new in it', async () => {
    const before = noise(1, 24 * MB);
    const after = Buffer.concat([before.subarray(0, 9 * MB), noise(2, MB), before.subarray(9 * MB)]);

    const one = await machine('one');
    const first = await one.store.putTree(write(before));
    await applyPush(await planPush([first], one), one);
    const two = await machine('two');
    await pullRefs([{ ref: first }], two);

    const again = await machine('one');
    const second = await again.store.putTree(write(after));
    const sizeBefore = remoteBytes();
    await applyPush(await planPush([second], again), again);
    expect(remoteBytes() - sizeBefore).toBeLessThan(1.3e6);
    expect((await planPush([second], await machine('one'))).size).toBe(0);

    const told = { bytes: 0 };
    const progress = {
      expect: () => undefined,
      advance: ({ bytes = 0 }) => {
        told.bytes += bytes;
      },
    };
    const pulling = await machine('two', progress);
    await pullRefs([{ ref: second }], pulling);
    expect(await pulling.store.verify(second)).toEqual({ missing: [], corrupt: [] });
    expect(told.bytes).toBeGreaterThanOrEqual(after.length);

    const three = await machine('three');
    await pullRefs([{ ref: second }], three);
    expect(await three.store.verify(second)).toEqual({ missing: [], corrupt: [] });
  });
});
