import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { DataFiles } from '../../adapters/workspace-fs/data/index.js';
import { digestOf } from '../../kernel/index.js';
import { seenAt } from './given-pointer.js';
import { fakeWorkspace } from '../testing/fake-machine.js';

describe('what lies beside a pointer', () => {
  let root: string;
  let read: number;

  const at = (path: string): string => join(root, path);
  /** As another process would see it. */
  const seen = (path: string, grace = -60_000) => {
    const onRead = () => {
      read += 1;
    };
    const data = new DataFiles({ root, cache: at('.cache'), grace, onRead });
    return seenAt(path, { data, workspace: fakeWorkspace(root) });
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-seen-'));
    read = 0;
    mkdirSync(at('d/.git'), { recursive: true });
    writeFileSync(at('d/a'), 'one');
    writeFileSync(at('d/.git/b'), 'two');
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('is what a store would take, and is read once', async () => {
    const { kind, digest } = await new MemoryObjectStore().putTree(at('d'));
    for (let look = 0; look < 3; look += 1) expect(seen('d')).toMatchObject({ kind, digest });
    expect(seen('d/a')).toMatchObject({ kind: 'file', digest: digestOf('one') });
    expect(seen('none')).toBeUndefined();
    expect(read).toBe(3);
  });

  it('is read again after an edit that keeps size and time', () => {
    seen('d/a');
    const { atime, mtime } = statSync(at('d/a'));
    writeFileSync(at('d/a'), 'two');
    utimesSync(at('d/a'), atime, mtime);
    expect(seen('d/a')).toMatchObject({ digest: digestOf('two') });
  });

  it('is read again as long as it is young', () => {
    seen('d', 2000);
    seen('d', 2000);
    expect(read).toBe(4);
  });

  it('is followed where it is a link', () => {
    symlinkSync('d/a', at('link'));
    symlinkSync('d', at('folder'));
    expect(seen('link')).toMatchObject({ kind: 'file', digest: digestOf('one') });
    expect(seen('folder')).toMatchObject({ kind: 'tree' });
  });
});
