import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isUnfinished } from '../../store/index.js';
import { openFolderStore } from './index.js';
import type { FileCalls } from './index.js';
import { failAt, outcomeOf, quickCalls } from './testing/failing-calls.js';
import { numbersFrom } from './testing/numbers.js';
import { Scratch } from './testing/scratch.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const script = join(__dirname, 'testing/store-process.ts');

describe('Linking that is interrupted', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => {
    scratch.remove();
  });

  /** Distinct ones, equal ones, a large one, an old one, and one whose object is there as a copy. */
  async function fill(name: string, many = 3): Promise<void> {
    for (let index = 0; index < many; index += 1)
      scratch.write(`${name}/${String(index)}`, name + String(index));
    for (const path of ['same', 'deep/same']) scratch.write(`${name}/${path}`, `${name} same`);
    scratch.write(`${name}/large`, Buffer.alloc(1024 * 1024 + 1, name));
    fs.utimesSync(scratch.write(`${name}/old`, `${name} old`), 1, 1);
    const { objects } = await openFolderStore({ root: scratch.root });
    await objects.putFile(scratch.write(`${name}/stored`, `${name} stored`));
  }

  /** Of all that is data: a kill may leave a link to an object beside a file. */
  const contents = (name: string): Record<string, string> =>
    Object.fromEntries(
      fs
        .readdirSync(scratch.at(name), { recursive: true, encoding: 'utf8' })
        .filter((path) => !isUnfinished(basename(path)))
        .filter((path) => fs.statSync(scratch.at(join(name, path))).isFile())
        .map((path) => [path, fs.readFileSync(scratch.at(join(name, path)), 'latin1')]),
    );

  /** Objects are right, and no file that shares its bytes with one can be opened for writing. */
  async function checkSafe(name: string): Promise<number> {
    const { objects } = await openFolderStore({ root: scratch.root });
    const inodes = new Set<number>();
    for (const { digest, path } of scratch.objects()) {
      await objects.readBytes(digest);
      inodes.add(fs.statSync(path).ino);
    }
    const stats = Object.keys(contents(name)).map((path) => fs.statSync(scratch.at(join(name, path))));
    const linked = stats.filter(({ ino }) => inodes.has(ino));
    expect(linked.filter(({ mode }) => (mode & 0o222) !== 0)).toEqual([]);
    expect(scratch.count('quarantine')).toBe(0);
    return linked.length;
  }

  async function link(name: string, calls: FileCalls = quickCalls): Promise<string> {
    return outcomeOf(async () => {
      const { objects } = await openFolderStore({ root: scratch.root, calls });
      await objects.putTree(scratch.at(name), { by: 'link' });
    });
  }

  it('stays safe when any one call fails, and is finished by the next', async () => {
    await fill('data');
    const probe = failAt(0, '');
    expect(await link('data', probe.calls)).toBe('done');
    expect(probe.count()).toBeGreaterThan(80);
    const odd = new Set<string>();
    for (let number = 1; number <= probe.count(); number += 1) {
      for (const path of [scratch.root, scratch.at('data')]) fs.rmSync(path, { recursive: true });
      await fill('data');
      const before = contents('data');
      const { calls, failed } = failAt(number, number % 2 === 0 ? 'ENOSPC' : 'EIO');
      const outcome = await link('data', calls);
      await checkSafe('data');
      const left = [...fs.readdirSync(scratch.at('data')), ...fs.readdirSync(scratch.at('data/deep'))];
      if (left.some(isUnfinished)) odd.add(`${failed()} leaves something`);
      if (!/^ERR_ML_(STORE_UNAVAILABLE|FILE_INACCESSIBLE)$/.test(outcome) || scratch.count('tmp') > 0)
        odd.add(`${failed()} ${outcome}`);
      expect(await link('data')).toBe('done');
      expect([contents('data'), await checkSafe('data')]).toEqual([before, 8]);
    }
    expect(odd).toEqual(new Set());
  });

  function start(name: string): { kill: () => void; ready: Promise<unknown>; lines: Promise<string[]> } {
    const child = spawn(process.execPath, ['-r', hook, script, scratch.root, 'link', scratch.at(name)], {
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const lines = once(child, 'close').then(() => Buffer.concat(chunks).toString().split('\n').slice(0, -1));
    return { kill: () => child.kill('SIGKILL'), ready: once(child.stdout, 'data'), lines };
  }

  it('stays safe when its process is killed at any moment', async () => {
    const random = numbersFrom(25);
    let interrupted = 0;
    for (let kill = 0; kill < 15; kill += 1) {
      const name = `k${String(kill)}`;
      await fill(name, 400);
      const before = contents(name);
      const { kill: end, ready, lines } = start(name);
      await ready;
      const state = { isOver: false };
      void lines.then(() => {
        state.isOver = true;
      });
      const isUnderWay = (): boolean => (fs.statSync(scratch.at(join(name, '0'))).mode & 0o222) === 0;
      while (!state.isOver && !isUnderWay()) await sleep(1);
      await sleep(random() * 10);
      end();
      const isDone = (await lines).length > 1;
      const linked = await checkSafe(name);
      if (!isDone && linked > 0) interrupted += 1;
      expect(await link(name)).toBe('done');
      expect([contents(name), await checkSafe(name)]).toEqual([before, 405]);
    }
    // The kills did land between links, else this proves little.
    expect(interrupted).toBeGreaterThan(1);
  });

  it('lets several processes link the same files at once', async () => {
    await fill('data', 1_000);
    const before = contents('data');
    const all = await Promise.all(Array.from({ length: 3 }, () => start('data').lines));
    const answers = new Set(all.map((lines) => lines[1]));
    expect([...answers]).toEqual([expect.stringMatching(/^object sha256:[0-9a-f]{64} 0$/)]);
    expect([contents('data'), await checkSafe('data')]).toEqual([before, 1_005]);
    expect(scratch.count('tmp')).toBe(0);
  });
});
