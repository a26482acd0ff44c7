import * as fs from 'node:fs';
import { dirname } from 'node:path';

import { digestOf } from '../../kernel/index.js';
import { openFolderStore, unlockFiles } from './index.js';
import { Scratch, systemError, watchedCalls } from './testing/scratch.js';

describe('Unlocking', () => {
  let scratch: Scratch;
  const large = 'large'.repeat(300_000);

  beforeEach(async () => {
    scratch = new Scratch();
    for (const name of ['a', 'deep/b']) scratch.write(`data/${name}`, name);
    scratch.write('data/large', large);
    const { objects } = await openFolderStore({ root: scratch.root });
    await objects.putTree(scratch.at('data'), { by: 'link' });
    scratch.write('data/writable', 'writable');
    fs.chmodSync(scratch.write('data/read-only', 'read-only'), 0o444);
  });
  afterEach(() => {
    scratch.remove();
  });

  const stat = (path: string): fs.Stats => fs.statSync(scratch.at(path));

  it('makes every file writable, and none of them share bytes with the store', async () => {
    expect(await unlockFiles(scratch.at('data'))).toEqual({ files: 5, unlocked: 4 });
    for (const name of ['a', 'deep/b', 'large', 'writable', 'read-only']) {
      expect([stat(`data/${name}`).mode & 0o200, stat(`data/${name}`).nlink]).toEqual([0o200, 1]);
      fs.appendFileSync(scratch.at(`data/${name}`), '!');
    }
    expect(fs.readFileSync(scratch.at('data/large'), 'utf8')).toBe(`${large}!`);
    const { objects } = await openFolderStore({ root: scratch.root });
    expect(String(await objects.readBytes(digestOf(large)))).toBe(large);
    expect(await unlockFiles(scratch.at('data/a'))).toEqual({ files: 1, unlocked: 0 });
  });

  it('unlocks a linked file that somebody has made writable by hand', async () => {
    fs.chmodSync(scratch.at('data/a'), 0o644);
    expect(await unlockFiles(scratch.at('data/a'))).toEqual({ files: 1, unlocked: 1 });
    expect(stat('data/a').nlink).toBe(1);
  });

  it('leaves whole files when any one call fails, and nothing beside them', async () => {
    const before = fs.readdirSync(scratch.at('data')).sort();
    let number = 1;
    for (let isOver = false; !isOver; number += 1) {
      let count = 0;
      let failed = '';
      const calls = watchedCalls((name) => {
        if ((count += 1) !== number) return;
        failed = name;
        throw systemError('EIO');
      });
      const outcome = await unlockFiles(scratch.at('data/large'), { calls }).then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code,
      );
      isOver = failed === '';
      expect(outcome).toBe(isOver ? 'done' : 'ERR_ML_FILE_INACCESSIBLE');
      expect(fs.readFileSync(scratch.at('data/large'), 'utf8')).toBe(large);
      expect(fs.readdirSync(dirname(scratch.at('data/large'))).sort()).toEqual(before);
    }
    expect(number).toBeGreaterThan(8);
  });

  it('gives way to nothing when the file is written meanwhile', async () => {
    const writer = fs.openSync(scratch.at('data/a'), 'r+');
    const calls = watchedCalls((name, [, flags]) => {
      if (name === 'copyFileSync') throw systemError('ENOTSUP');
      if (name === 'openSync' && flags === 'wx') fs.writeSync(writer, 'edited');
    });
    await expect(unlockFiles(scratch.at('data/a'), { calls })).rejects.toMatchObject({
      code: 'ERR_ML_SOURCE_CHANGED',
    });
    fs.closeSync(writer);
    expect(fs.readFileSync(scratch.at('data/a'), 'utf8')).toBe('edited');
  });
});
