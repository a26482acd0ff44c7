import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { promisify } from 'node:util';

import { temporaryState } from '../testing/temporary-state.js';
import type { TemporaryState } from '../testing/temporary-state.js';
import { openStateFolder } from './state-folder.js';

const refused = expect.objectContaining({ code: 'ERR_ML_SERVER_STATE' }) as Error;
const isRoot = process.getuid?.() === 0;
const hook = require.resolve('../../../../core/src/kernel/testing/typescript-hook.cjs');
let place: TemporaryState;

beforeEach(() => {
  place = temporaryState();
});

afterEach(() => {
  place.remove();
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;

it('is made for us alone, and opened again', () => {
  openStateFolder(place.path);
  expect(modeOf(place.path)).toBe(0o700);
  openStateFolder(place.path);
});

it.each([0o755, 0o750, 0o701, 0o770, 0o777])('is refused with mode %o, and left as it is', (mode) => {
  mkdirSync(place.path);
  chmodSync(place.path, mode);
  expect(() => openStateFolder(place.path)).toThrow(refused);
  expect(modeOf(place.path)).toBe(mode);
});

it('is refused as a link, as a file and where nothing can be made', () => {
  openStateFolder(place.path);
  symlinkSync(place.path, `${place.path}-link`);
  expect(() => openStateFolder(`${place.path}-link`)).toThrow(refused);
  writeFileSync(`${place.path}-file`, '');
  expect(() => openStateFolder(`${place.path}-file`)).toThrow(refused);
  expect(() => openStateFolder(`${place.path}-file/below`)).toThrow(refused);
});

(isRoot ? it : it.skip)('is refused when it belongs to another user', () => {
  const state = openStateFolder(place.path);
  state.replace('secret', 'mine');
  chownSync(place.at('secret'), 12345, 12345);
  expect(() => state.read('secret')).toThrow(refused);
  chownSync(place.path, 12345, 12345);
  expect(() => openStateFolder(place.path)).toThrow(refused);
});

it('reads what it wrote, for us alone, and nothing where nothing is', () => {
  const state = openStateFolder(place.path);
  expect(state.read('secret')).toBeUndefined();
  expect(state.markOf('secret')).toBeUndefined();
  state.replace('secret', 'one');
  expect(state.read('secret')?.bytes.toString()).toBe('one');
  expect(modeOf(place.at('secret'))).toBe(0o600);
  expect(readdirSync(place.path)).toEqual(['secret']);
});

it('makes a file once', () => {
  const state = openStateFolder(place.path);
  expect([state.create('key', 'first'), state.create('key', 'second')]).toEqual([true, false]);
  expect(state.read('key')?.bytes.toString()).toBe('first');
  expect(readdirSync(place.path)).toEqual(['key']);
});

it('marks what changed, replaced and written in place', () => {
  const state = openStateFolder(place.path);
  state.replace('file', 'aaa');
  const marks = [state.markOf('file')];
  expect(state.read('file')?.mark).toBe(marks[0]);
  state.replace('file', 'bbb');
  marks.push(state.markOf('file'));
  writeFileSync(place.at('file'), 'cccc');
  marks.push(state.markOf('file'));
  expect(new Set(marks).size).toBe(3);
});

it.each([
  [
    'readable by the group',
    () => {
      chmodSync(place.at('file'), 0o640);
    },
  ],
  [
    'readable by all',
    () => {
      chmodSync(place.at('file'), 0o604);
    },
  ],
  [
    'writable by all',
    () => {
      chmodSync(place.at('file'), 0o602);
    },
  ],
  [
    'too large',
    () => {
      truncateSync(place.at('file'), 2 ** 25);
    },
  ],
  [
    'a link to a file of ours',
    () => {
      renameSync(place.at('file'), place.at('other'));
      symlinkSync('other', place.at('file'));
    },
  ],
  [
    'a folder',
    () => {
      renameSync(place.at('file'), place.at('other'));
      mkdirSync(place.at('file'), { mode: 0o700 });
    },
  ],
])('refuses a file that is %s', (_, change) => {
  const state = openStateFolder(place.path);
  state.replace('file', 'secret');
  change();
  expect(() => state.read('file')).toThrow(refused);
});

it('writes over a link, not through it', () => {
  const state = openStateFolder(place.path);
  writeFileSync(`${place.path}-elsewhere`, 'untouched');
  symlinkSync(`${place.path}-elsewhere`, place.at('file'));
  state.replace('file', 'new');
  expect(readFileSync(`${place.path}-elsewhere`, 'utf8')).toBe('untouched');
  expect(state.read('file')?.bytes.toString()).toBe('new');
});

it('lets one process at a time change it, and one that is killed gives way', async () => {
  const state = openStateFolder(place.path);
  state.replace('count', '0');
  const script = `
    const { openStateFolder } = require(${JSON.stringify(require.resolve('./state-folder.ts'))});
    const state = openStateFolder(${JSON.stringify(place.path)});
    (async () => {
      for (let round = 0; round < 10; round += 1)
        await state.alone('count', () => state.replace('count', String(Number(state.read('count').bytes) + 1)));
      await state.alone('count', () => process.kill(process.pid, 'SIGKILL'));
    })();`;
  const run = (): Promise<unknown> =>
    promisify(execFile)(process.execPath, ['-r', hook, '-e', script], { timeout: 50_000 });
  const ends = await Promise.allSettled([run(), run(), run()]);
  expect(ends.map((end) => end.status === 'rejected' && (end.reason as { signal: string }).signal)).toEqual(
    Array(3).fill('SIGKILL'),
  );
  expect(await state.alone('count', () => state.read('count')?.bytes.toString())).toBe('30');
});

it('gives the lock back when the work fails', async () => {
  const state = openStateFolder(place.path);
  const failing = (): never => {
    throw new Error('no');
  };
  await expect(state.alone('x', failing)).rejects.toThrow('no');
  expect(await state.alone('x', () => 7)).toBe(7);
});
