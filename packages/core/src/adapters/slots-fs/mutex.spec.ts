import { mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { thisProcess } from './holder.js';
import { Mutex, breakLink } from './mutex.js';

describe('the mutex', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mutex-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const dead = (nonce: string): string => `${String(process.pid)}.earlierboot-1.${nonce}`;
  const alive = (nonce: string): string => `${thisProcess()}.${nonce}`;
  const link = (target: string, name: string): void => {
    symlinkSync(target, join(folder, name));
  };
  const names = (): string[] => readdirSync(folder).sort();

  it('is held during the work and free after it, though the work throws', async () => {
    const mutex = new Mutex(folder);
    expect(await mutex.run(() => names())).toEqual({ value: ['mutex'] });
    await expect(
      mutex.run(() => {
        throw new Error('in the work');
      }),
    ).rejects.toThrow('in the work');
    expect(names()).toEqual([]);
    expect(await mutex.run(() => 1)).toEqual({ value: 1 });
  });

  it('gives up on a living holder and leaves its lock alone', async () => {
    link(alive('a'), 'mutex');
    expect(await new Mutex(folder, 3).run(() => 1)).toBeUndefined();
    expect(readlinkSync(join(folder, 'mutex'))).toBe(alive('a'));
  });

  it('breaks the lock of a dead holder', async () => {
    link(dead('a'), 'mutex');
    expect(await new Mutex(folder).run(() => names())).toEqual({ value: ['mutex'] });
  });

  it('leaves a dead lock to a living process that is breaking it', async () => {
    link(dead('a'), 'mutex');
    link(alive('b'), 'break.a');
    expect(await new Mutex(folder, 3).run(() => 1)).toBeUndefined();
    expect(names()).toEqual(['break.a', 'mutex']);
  });

  it('does not break the new lock of another when the dead one was broken meanwhile', () => {
    link(alive('new'), 'mutex');
    expect(breakLink(join(folder, 'mutex'), dead('old'))).toBe(true);
    expect(names()).toEqual(['mutex']);
  });

  it('goes on where processes died while they broke a lock, one after the other', async () => {
    link(dead('a'), 'mutex');
    link(dead('b'), 'break.a');
    link(dead('c'), 'break.b');
    expect(await new Mutex(folder).run(() => names())).toEqual({ value: ['mutex'] });
  });

  it('takes a lock that names no process for dead', async () => {
    link('who knows', 'mutex');
    expect(await new Mutex(folder).run(() => 1)).toEqual({ value: 1 });
  });

  it('sweeps the rights of dead processes alone', async () => {
    link(dead('x'), 'break.old');
    link(alive('y'), 'break.now');
    const mutex = new Mutex(folder);
    await mutex.run(() => {
      mutex.sweep();
    });
    expect(names()).toEqual(['break.now']);
  });
});
