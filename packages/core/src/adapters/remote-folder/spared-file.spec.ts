import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bytesSource } from '../../remote/index.js';
import { nodeFolderCalls } from './folder-calls.js';
import { FolderBlobs } from './index.js';
import { failAt, systemError } from './testing/failing-calls.js';

const fresh = (): string => fs.mkdtempSync(join(tmpdir(), 'nx-ml-remote-'));

describe('A remote in a folder, given a file to spare', () => {
  let root: string;
  let elsewhere: string;
  let spare: string;
  beforeEach(() => {
    root = fresh();
    elsewhere = fresh();
    spare = join(elsewhere, 'received');
    fs.writeFileSync(spare, 'spared', { mode: 0o600 });
  });
  afterEach(() => {
    for (const folder of [root, elsewhere]) fs.rmSync(folder, { recursive: true });
  });
  const text = (): string => fs.readFileSync(join(root, 'a/w'), 'utf8');
  const source = (bytes = 'spared') => ({ ...bytesSource(Buffer.from(bytes)), spare });

  it('moves it, and makes it read-only', async () => {
    const { ino } = fs.statSync(spare);
    let told = 0;
    await new FolderBlobs(root).write('a/w', source(), { onBytes: (count) => (told += count) });
    const { ino: there, mode } = fs.statSync(join(root, 'a/w'));
    expect([text(), there, mode & 0o222, told]).toEqual(['spared', ino, 0, 6]);
    expect(fs.existsSync(spare)).toBe(false);
  });

  it('reads the source where the file has another size', async () => {
    await new FolderBlobs(root).write('a/w', source('what it should be'));
    expect([text(), fs.readFileSync(spare, 'utf8')]).toEqual(['what it should be', 'spared']);
  });

  it('copies it to another file system', async () => {
    const rename = async (from: string, to: string): Promise<void> => {
      if (from === spare) throw systemError('EXDEV', 'rename');
      await nodeFolderCalls.rename(from, to);
    };
    await new FolderBlobs(root, { ...nodeFolderCalls, rename }).write('a/w', source());
    expect([text(), fs.readFileSync(spare, 'utf8')]).toEqual(['spared', 'spared']);
  });

  it('has it at one place or the other, whole, whichever call fails', async () => {
    const counted = { calls: 0 };
    await new FolderBlobs(root, failAt(-1, 'EIO', counted)).write('a/w', source());
    expect(counted.calls).toBeGreaterThan(8);
    for (let failing = 0; failing < counted.calls; failing += 1) {
      fs.rmSync(join(root, 'a'), { recursive: true, force: true });
      fs.writeFileSync(spare, 'spared');
      await new FolderBlobs(root, failAt(failing, 'EIO')).write('a/w', source()).catch((error: unknown) => {
        expect(error).toEqual(
          expect.objectContaining({ name: 'MlError', code: 'ERR_ML_REMOTE_UNAVAILABLE' }),
        );
      });
      const where = [spare, join(root, 'a/w')].filter((path) => fs.existsSync(path));
      expect(where.map((path) => fs.readFileSync(path, 'utf8'))).toEqual(['spared']);
    }
  });
});
