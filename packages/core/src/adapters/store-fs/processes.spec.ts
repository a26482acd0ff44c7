import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Digest } from '../../kernel/index.js';
import { openFolderStore } from './index.js';
import { numbersFrom } from './testing/numbers.js';
import { Scratch } from './testing/scratch.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const script = join(__dirname, 'testing/store-process.ts');
const day = 24 * 60 * 60 * 1000;

interface Running {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  readonly ready: Promise<unknown>;
  /** All lines, once the process has ended. */
  readonly lines: Promise<readonly string[]>;
}

function start(...args: readonly string[]): Running {
  const child = spawn(process.execPath, ['-r', hook, script, ...args], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const lines = once(child, 'close').then(() => Buffer.concat(chunks).toString().split('\n').slice(0, -1));
  return { child, ready: Promise.race([once(child.stdout, 'data'), lines]), lines };
}

describe('Processes that share a folder store', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => {
    scratch.remove();
  });

  it('keeps every promise made to a process that is killed at any moment', async () => {
    const random = numbersFrom(20);
    const promised = { objects: new Set<Digest>(), entries: new Set<number>() };
    let interrupted = 0;
    for (let kill = 0; kill < 20; kill += 1) {
      for (let index = 0; index < 40; index += 1)
        scratch.write(`data/${String(index)}`, `${String(kill)} ${String(index)}`);
      scratch.write('data/large', Buffer.alloc(1_500_000, String(kill)));
      const { child, ready, lines } = start(scratch.root, scratch.at('data'), String(kill), '1000');
      await ready;
      await sleep(random() * 60);
      child.kill('SIGKILL');
      for (const [what, value] of (await lines).map((line) => line.split(' '))) {
        if (what === 'object') promised.objects.add(value as Digest);
        if (what === 'entry') promised.entries.add(Number(value));
      }
      const { objects, journals } = await openFolderStore({ root: scratch.root });
      for (const { digest } of scratch.objects()) await objects.readBytes(digest);
      expect(await objects.missing([...promised.objects])).toEqual([]);
      const sequences = (await journals.read('kill')).map((entry) => entry.sequence);
      expect([...promised.entries].filter((sequence) => !sequences.includes(sequence))).toEqual([]);
      if (fs.existsSync(scratch.at('out'))) expect(fs.readdirSync(scratch.at('out'))).toHaveLength(41);
      interrupted +=
        scratch.count('tmp') > 0 || fs.readdirSync(scratch.base).some((name) => name.startsWith('.')) ? 1 : 0;
    }
    // The kills did land in the middle of things, else this proves little.
    expect(interrupted).toBeGreaterThan(2);
    expect(scratch.count('quarantine')).toBe(0);

    const again = start(scratch.root, scratch.at('data'), '99', '2');
    expect(await again.lines).toHaveLength(1 + 2 * 3);
    expect(again.child.exitCode).toBe(0);
    const clock = { now: () => Date.now() + 2 * day, monotonic: () => 0 };
    const { objects } = await openFolderStore({ root: scratch.root, clock });
    await objects.materialise(await objects.putTree(scratch.at('data')), scratch.at('out'));
    expect(scratch.count('tmp')).toBe(0);
    expect(fs.readdirSync(scratch.base).sort()).toEqual(['data', 'out', 'store']);
  });

  it('gives every entry of a journal to exactly one of 16 processes', async () => {
    const writers = Array.from({ length: 16 }, (_, who) => start(scratch.root, 'append', String(who), '8'));
    const lines = await Promise.all(writers.map((writer) => writer.lines));
    const taken = lines
      .flat()
      .filter((line) => line !== 'ready')
      .map((line) => Number(line.split(' ')[1]));
    expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: 128 }, (_, sequence) => sequence));
    const { journals } = await openFolderStore({ root: scratch.root });
    const entries = await journals.read('shared');
    const found = entries.map(({ payload }) => Number(payload['who']) * 8 + Number(payload['index']));
    expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: 128 }, (_, index) => index));
  });

  it.each([0, 8])(
    'has one right object each, and nothing left over, when 16 processes put, receive and restore at once and %i are killed',
    async (kills) => {
      for (let index = 0; index < 40; index += 1) scratch.write(`data/${String(index)}`, String(index));
      scratch.write('data/large', Buffer.alloc(1_100_000, 'large'));
      const random = numbersFrom(16);
      const all = Array.from({ length: 16 }, (_, who) => start(scratch.root, 'share', String(who), '3'));
      const killed = all.slice(0, kills).map(async ({ child, ready }) => {
        await ready;
        await sleep(random() * 1500);
        child.kill('SIGKILL');
      });
      await Promise.all(killed);
      const lines = (await Promise.all(all.map((one) => one.lines))).flat().map((line) => line.split(' '));
      const promised = (kind: string): readonly string[] =>
        lines.flatMap(([what, value = '']) => (what === kind ? [value] : []));
      for (const { child } of all.slice(kills)) expect(child.exitCode).toBe(0);
      expect(promised('object').length).toBeGreaterThanOrEqual((16 - kills) * 3 * 5);

      const clock = { now: () => Date.now() + 2 * day, monotonic: () => 0 };
      const { objects, journals } = await openFolderStore({
        root: scratch.root,
        ...(kills > 0 && { clock }),
      });
      expect(await objects.missing(promised('object') as Digest[])).toEqual([]);
      for (const { digest } of scratch.objects()) await objects.readBytes(digest);
      const sequences = (await journals.read('all')).map((entry) => String(entry.sequence));
      expect(promised('entry').filter((sequence) => !sequences.includes(sequence))).toEqual([]);
      expect(new Set(promised('entry')).size).toBe(promised('entry').length);

      const tree = await objects.putTree(scratch.at('data'));
      if (kills > 0) await objects.materialise(tree, scratch.at('out/all'));
      expect([scratch.count('tmp'), scratch.count('quarantine')]).toEqual([0, 0]);
      for (const name of fs.readdirSync(scratch.at('out'))) {
        // No half-built folder beside the real ones.
        expect(name).toMatch(/^(all|\d+)$/);
        const again = await objects.putTree(scratch.at(`out/${name}`));
        const source = name === 'all' ? 'data' : `own-${name}`;
        expect(again).toEqual(await objects.putTree(scratch.at(source)));
      }
    },
    180_000,
  );
});
