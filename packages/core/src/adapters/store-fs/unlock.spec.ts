import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { digestOf } from '../../kernel/index.js';
import { openFolderStore, unlockFiles } from './index.js';
import type { FileCalls } from './index.js';
import { siblingOf } from './store-folder.js';
import { Scratch, systemError, watchedCalls } from './testing/scratch.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const script = join(__dirname, 'testing/store-process.ts');
const day = 24 * 60 * 60 * 1000;

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

  const unlock = (
    path: string,
    { calls, now = Date.now() }: { readonly calls?: FileCalls; readonly now?: number } = {},
  ): ReturnType<typeof unlockFiles> => unlockFiles(scratch.at(path), { now, calls });
  const stat = (path: string): fs.Stats => fs.statSync(scratch.at(path));

  it('makes every file writable, and none of them share bytes with the store', async () => {
    expect(await unlock('data')).toEqual({ files: 5, unlocked: 4 });
    for (const name of ['a', 'deep/b', 'large', 'writable', 'read-only']) {
      expect([stat(`data/${name}`).mode & 0o200, stat(`data/${name}`).nlink]).toEqual([0o200, 1]);
      fs.appendFileSync(scratch.at(`data/${name}`), '!');
    }
    expect(fs.readFileSync(scratch.at('data/large'), 'utf8')).toBe(`${large}!`);
    const { objects } = await openFolderStore({ root: scratch.root });
    expect(String(await objects.readBytes(digestOf(large)))).toBe(large);
    expect(await unlock('data/a')).toEqual({ files: 1, unlocked: 0 });
  });

  it('unlocks a linked file that somebody has made writable by hand', async () => {
    fs.chmodSync(scratch.at('data/a'), 0o644);
    expect(await unlock('data/a')).toEqual({ files: 1, unlocked: 1 });
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
      const outcome = await unlock('data/large', { calls }).then(
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
    await expect(unlock('data/a', { calls })).rejects.toMatchObject({
      code: 'ERR_ML_SOURCE_CHANGED',
    });
    fs.closeSync(writer);
    expect(fs.readFileSync(scratch.at('data/a'), 'utf8')).toBe('edited');
  });

  const besides = (): string[] =>
    fs
      .readdirSync(scratch.at('data'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('.nx-ml-'))
      .sort();

  /** Unlocks in a process that is killed while it copies. */
  async function killUnlocking(path: string): Promise<void> {
    const child = spawn(process.execPath, ['-r', hook, script, scratch.root, 'unlock', scratch.at(path)], {
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = once(child, 'close');
    while (besides().length === 0 && child.exitCode === null) await sleep(1);
    child.kill('SIGKILL');
    await ended;
  }

  it('leaves what a killed one left to the next one in that folder a day later, and no one takes it for data', async () => {
    const { objects } = await openFolderStore({ root: scratch.root });
    const bytes = Buffer.alloc(200_000_000, 'long to copy');
    scratch.write('data/deep/long', bytes);
    const before = await objects.putTree(scratch.at('data'));
    // On a busy machine a kill may come too late.
    for (let attempt = 0; attempt < 10 && besides().length === 0; attempt += 1) {
      await objects.putFile(scratch.at('data/deep/long'), { by: 'link' });
      await killUnlocking('data/deep/long');
    }
    expect(besides()).toHaveLength(1);
    expect(await objects.putTree(scratch.at('data'))).toEqual(before);
    expect(await unlock('data/deep/b')).toEqual({ files: 1, unlocked: 1 });
    expect(besides()).toHaveLength(1);
    expect(await unlock('data', { now: Date.now() + day + 60_000 })).toEqual({ files: 6, unlocked: 4 });
    expect([besides(), fs.readFileSync(scratch.at('data/deep/long')).equals(bytes)]).toEqual([[], true]);
  });

  it('spares what a living process builds there, however old it seems, and what is not ours', async () => {
    fs.writeFileSync(siblingOf(scratch.at('data/a')), 'by this process');
    scratch.write('data/.nx-ml-own.tmp', 'somebody’s own');
    const there = besides();
    await unlock('data', { now: Date.now() + 400 * day });
    expect([there.length, besides()]).toEqual([2, there]);
  });
});
