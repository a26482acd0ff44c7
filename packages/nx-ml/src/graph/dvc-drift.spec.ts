import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { DataFiles } from '@nx-ml/core/adapters/workspace-fs/data';
import { dataCacheFolder } from '@nx-ml/core/layout';
import { folderObjectText } from '@nx-ml/core/interop/dvc';

import { dvcDrift } from './dvc-drift.js';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const pointer = (sum: string, path: string) => `outs:\n- md5: ${sum}\n  hash: md5\n  path: ${path}\n`;

describe('drift of data behind .dvc files', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-drift-'));
    const list = folderObjectText([{ path: 'x/1', md5: md5('1') }]);
    write({
      'd/raw/ml.yaml': 'kind: dataset\npointer: raw.csv.dvc\n',
      'd/raw/raw.csv.dvc': pointer(md5('a'), 'raw.csv'),
      'd/images/ml.yaml': 'kind: dataset\npointer: images.dvc\n',
      'd/images/images.dvc': pointer(`${md5(list)}.dir`, 'images'),
      'd/unused.dvc': pointer(md5('u'), 'unused'),
      'd/unused': 'another',
    });
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

  function drift(): readonly string[] {
    const files = new WorkspaceFiles(root);
    const data = new DataFiles({ root, cache: dataCacheFolder(root) });
    return dvcDrift(root, { listed: files.list(''), files, data }).map((line) => line.split(' ')[0] ?? '');
  }

  it('is none for data that is not there, or is as it is named; .dvc files that no dataset names do not count', () => {
    expect(drift()).toEqual([]);
    write({ 'd/raw/raw.csv': 'a', 'd/images/images/x/1': '1' });
    expect(drift()).toEqual([]);
    expect(drift()).toEqual([]);
  });

  it('names an edited file, a file more in a folder, and a file in place of a folder', () => {
    write({ 'd/raw/raw.csv': 'b', 'd/images/images/x/1': '1', 'd/images/images/x/2': '2' });
    expect(drift()).toEqual(['d/images/images.dvc', 'd/raw/raw.csv.dvc']);
    write({ 'd/raw/raw.csv': 'a' });
    expect(drift()).toEqual(['d/images/images.dvc']);
  });

  it('fails for a .dvc file that cannot be read, so that the step runs and tells', () => {
    write({ 'd/raw/raw.csv.dvc': 'outs: [' });
    expect(drift).toThrow(expect.objectContaining({ code: 'ERR_ML_DVC_INVALID' }) as Error);
  });
});
