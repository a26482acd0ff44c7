import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeDerivedFile } from './derived-files.js';

describe('writeDerivedFile', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-derived-'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('makes parents, replaces, and leaves nothing beside', () => {
    writeDerivedFile(join(root, 'a/b/c.json'), 'one');
    writeDerivedFile(join(root, 'a/b/c.json'), 'two');
    expect(readFileSync(join(root, 'a/b/c.json'), 'utf8')).toBe('two');
    expect(readdirSync(join(root, 'a/b'))).toEqual(['c.json']);
  });

  it('leaves a file alone that is as it should be', () => {
    writeDerivedFile(join(root, 'c.json'), 'one');
    const { ino } = statSync(join(root, 'c.json'));
    writeDerivedFile(join(root, 'c.json'), 'one');
    expect(statSync(join(root, 'c.json')).ino).toBe(ino);
  });

  it('leaves nothing beside when it fails', () => {
    mkdirSync(join(root, 'a/taken'), { recursive: true });
    expect(() => {
      writeDerivedFile(join(root, 'a/taken'), 'x');
    }).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(join(root, 'a'))).toEqual(['taken']);
  });
});
