import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { folderObjectText } from '@nx-ml/core/interop/dvc';
import type { HashedData } from '@nx-ml/core/interop/dvc';

import { WorkspaceBytes } from './workspace-bytes.js';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const file = (text: string, more: Partial<HashedData> = {}): HashedData => ({
  path: 'o',
  md5: md5(text),
  isFolder: false,
  legacy: false,
  size: text.length,
  ...more,
});
const folderList = folderObjectText([
  { path: 'a', md5: md5('1') },
  { path: 'b/c', md5: md5('2') },
]);
const folder = file('', { md5: md5(folderList), isFolder: true, size: 2 });
const cached = (sum: string, ending = '') =>
  `.dvc/cache/files/md5/${sum.slice(0, 2)}/${sum.slice(2)}${ending}`;

describe('the bytes of a workspace, beside what DVC recorded', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-bytes-'));
    write({ '.dvc/config': '' });
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }

  const stateOf = (data: HashedData) => new WorkspaceBytes(root).stateOf(data);
  const canBring = (data: HashedData) => new WorkspaceBytes(root).canBring(data, 'o.dvc');

  it.each<[string, Readonly<Record<string, string>>, HashedData, string]>([
    ['the same file', { o: 'bytes' }, file('bytes'), 'same'],
    ['another of that size', { o: 'bytez' }, file('bytes'), 'other'],
    ['another of another size', { o: 'x' }, file('bytes'), 'other'],
    ['one without a size', { o: 'bytes' }, file('bytes', { size: undefined }), 'same'],
    ['no file', {}, file('bytes'), 'absent'],
    ['a folder in place of a file', { 'o/x': '' }, file('bytes'), 'other'],
    ['a text that DVC 2 hashed', { o: 'a\r\n' }, file('a\n', { legacy: true }), 'same'],
    ['the same folder', { 'o/a': '1', 'o/b/c': '2' }, folder, 'same'],
    ['a folder with a file more', { 'o/a': '1', 'o/b/c': '2', 'o/d': '' }, folder, 'other'],
    ['such a folder and a .dvcignore of comments', { 'o/a': '1', '.dvcignore': '# none\n' }, folder, 'other'],
    [
      'such a folder and rules in .dvcignore',
      { 'o/a': '1', '.dvcignore': '# x\n*.log\n' },
      folder,
      'unknown',
    ],
  ])('%s', (_, files, data, state) => {
    write(files);
    expect(stateOf(data)).toBe(state);
  });

  it('that are large are not read', () => {
    write({ o: '' });
    truncateSync(join(root, 'o'), 2_000_000_000); // Sparse: it takes no room on disk.
    expect(stateOf(file('', { size: 2_000_000_000 }))).toBe('unknown');
  });

  it('that cannot be read are unknown', () => {
    write({ 'o/a': '1' });
    symlinkSync('nowhere', join(root, 'o/b'));
    expect(stateOf(folder)).toBe('unknown');
  });

  it('can be brought from the workspace, from the cache, or a folder from both', () => {
    expect(canBring(file('bytes'))).toBe(false);
    write({ [cached(md5('bytes'))]: 'bytes' });
    expect(canBring(file('bytes'))).toBe(true);
    write({ o: 'other' });
    expect(canBring(file('other'))).toBe(true);
    rmSync(join(root, 'o'));
    write({ [cached(md5(folderList), '.dir')]: folderList, 'o/a': '1' });
    expect(canBring(folder)).toBe(false);
    write({ [cached(md5('2'))]: '2' });
    expect(canBring(folder)).toBe(true);
  });

  it('are left to the step where the list of a folder is hostile', () => {
    const hostile = `[{"md5": "${md5('1')}", "relpath": "../x"}]`;
    write({ [cached(md5(hostile), '.dir')]: hostile });
    expect(canBring({ ...folder, md5: md5(hostile) })).toBe(true);
  });
});
