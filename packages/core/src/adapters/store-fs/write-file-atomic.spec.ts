import * as fs from 'node:fs';
import { dirname } from 'node:path';

import { writeFileAtomic } from './index.js';
import { Scratch, systemError, watchedCalls } from './testing/scratch.js';

const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });

describe('writeFileAtomic', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => {
    scratch.remove();
  });

  it('writes and replaces a file, and makes its parents', async () => {
    const path = scratch.at('a/b/c.json');
    await writeFileAtomic(path, 'first');
    await writeFileAtomic(path, Buffer.from('second'));
    expect(fs.readFileSync(path, 'utf8')).toBe('second');
    expect(fs.readdirSync(dirname(path))).toEqual(['c.json']);
  });

  it('keeps one whole text when many write at once', async () => {
    const path = scratch.at('c.json');
    const texts = Array.from({ length: 16 }, (_, index) => String(index).repeat(50_000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(fs.readFileSync(path, 'utf8'));
  });

  it('leaves the old bytes and nothing else, whichever call fails before the new ones have the name', async () => {
    const path = scratch.write('c.json', 'old');
    let count = Number.POSITIVE_INFINITY;
    const calls = watchedCalls((name) => {
      count -= 1;
      if (count === 0) throw systemError(name === 'renameSync' ? 'EACCES' : 'ENOSPC');
    });
    for (let number = 1; number <= 7; number += 1) {
      count = number;
      await expect(writeFileAtomic(path, 'new', calls)).rejects.toEqual(code('ERR_ML_FILE_INACCESSIBLE'));
      expect(fs.readFileSync(path, 'utf8')).toBe('old');
      expect(fs.readdirSync(scratch.base)).toEqual(['c.json']);
    }
    expect(count).toBeLessThan(0);
    await writeFileAtomic(path, 'new', calls);
    expect(fs.readFileSync(path, 'utf8')).toBe('new');
  });

  it('refuses to replace a symbolic link', async () => {
    fs.symlinkSync(scratch.write('real', 'kept'), scratch.at('link'));
    await expect(writeFileAtomic(scratch.at('link'), 'x')).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
    expect(fs.readFileSync(scratch.at('real'), 'utf8')).toBe('kept');
  });

  it('explains a target that is a folder', async () => {
    scratch.write('folder/file', 'x');
    await expect(writeFileAtomic(scratch.at('folder'), 'x')).rejects.toEqual(
      code('ERR_ML_FILE_INACCESSIBLE'),
    );
    expect(fs.readdirSync(scratch.base)).toEqual(['folder']);
  });
});
