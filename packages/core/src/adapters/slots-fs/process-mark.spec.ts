import { spawnSync } from 'node:child_process';

import { hasEnded, processMark } from './process-mark.js';

describe('processMark', () => {
  it('can be part of a file’s name, and tells that this process lives', () => {
    expect(processMark()).toMatch(/^[0-9a-f]{8}\.\d+\.[\w-]+$/);
    expect(hasEnded(processMark())).toBe(false);
  });

  it('a process that ended, and a later one with its pid', () => {
    const [place = '', , started = ''] = processMark().split('.');
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    expect(hasEnded(`${place}.${String(ended)}.${started}`)).toBe(true);
    expect(hasEnded(`${place}.${String(process.pid)}.0-0`)).toBe(true);
  });

  it.each(['00000000.1.x', 'no mark', ''])('%j says nothing here', (mark) => {
    expect(hasEnded(mark)).toBeUndefined();
  });
});
