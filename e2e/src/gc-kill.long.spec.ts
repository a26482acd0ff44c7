import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCommand, WorkspaceRig } from '@nx-ml/testing';
import type { RunningCommand } from '@nx-ml/testing';

const kills = 40;
const files = { 'data/a': 300, 'data/b': 4000 };
type Folder = keyof typeof files;

/** Names of objects, as hex. */
type Objects = ReadonlySet<string>;

describe('A gc that is killed', () => {
  let rig: WorkspaceRig;
  let store: string;
  let base: string;
  let kept: Objects;
  let garbage: Objects;
  let main: string;
  /** How long an undisturbed one takes. Milliseconds. */
  let wholeMs: number;

  const start = (...args: readonly string[]): RunningCommand =>
    startCommand(process.execPath, [main, ...args], { cwd: rig.root, env: rig.environment() });
  const must = async (...args: readonly string[]): Promise<string> => {
    const { code, output } = await start(...args).ended;
    if (code !== 0) throw new Error(`nx-ml ${args.join(' ')} failed:\n${output}`);
    return output;
  };
  const gc = ['store', 'gc', '--delete', '--grace-days', '0'];
  const listed = (): Objects => {
    const folder = join(store, 'objects/sha256');
    return new Set(
      readdirSync(folder).flatMap((shard) => readdirSync(join(folder, shard)).map((rest) => shard + rest)),
    );
  };
  const pathOf = (hex: string): string => join(store, 'objects/sha256', hex.slice(0, 2), hex.slice(2));
  const wrong = (objects: Objects): readonly string[] =>
    [...objects].filter(
      (hex) =>
        createHash('sha256')
          .update(readFileSync(pathOf(hex)))
          .digest('hex') !== hex,
    );
  const lost = (needed: Objects, there: Objects): readonly string[] =>
    [...needed].filter((hex) => !there.has(hex));
  // The same time always: marks hold for objects that nobody touched.
  const before = Math.floor(Date.now() / 1000) - 5 * 86_400;
  const age = (): void => {
    for (const hex of listed()) utimesSync(pathOf(hex), before, before);
  };
  const restore = (): void => {
    rmSync(store, { recursive: true, force: true });
    execFileSync('cp', ['-al', base, store]);
    age();
  };
  /** Waits until a gc deletes, and a little more. */
  const deletingBy = async (running: RunningCommand): Promise<void> => {
    while (!existsSync(join(store, 'gc/trash')) && running.child.exitCode === null) await sleep(1);
    await sleep(Math.random() * 10);
  };
  const writeFolder = (name: Folder): void => {
    mkdirSync(join(rig.root, name), { recursive: true });
    for (let index = 0; index < files[name]; index += 1)
      writeFileSync(
        join(rig.root, name, String(index)),
        index % 6 === 0 ? `shared ${String(index)}` : `${name} ${String(index)}`,
      );
  };

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
    main = realpathSync(join(rig.root, 'node_modules/.bin/nx-ml'));
    store = join(rig.home, '.cache/nx-ml/store');
    base = join(rig.home, 'base');
    for (const name of ['data/a', 'data/b'] as const) writeFolder(name);
    await must('data', 'add', 'data/a');
    kept = listed();
    rig.commitAll('a');
    await must('data', 'add', 'data/b');
    rig.remove('data/b.ref.json');
    garbage = new Set([...listed()].filter((hex) => !kept.has(hex)));
    age();
    await must(...gc);
    execFileSync('cp', ['-al', store, base]);
    expect(existsSync(join(base, 'gc/trash'))).toBe(false);
    const started = performance.now();
    expect(await must(...gc)).toContain(`Deleted ${garbage.size.toLocaleString('en-US')} objects`);
    wholeMs = performance.now() - started;
    expect(listed()).toEqual(kept);
  }, 300_000);

  afterAll(() => rig.dispose());

  it('loses nothing and leaves nothing wrong, and the next one finishes', async () => {
    let inTheMidst = 0;
    for (let round = 0; round < kills; round += 1) {
      restore();
      const running = start(...gc);
      // Deleting takes a small part of its time, and half of the kills fall there.
      if (round % 2 === 0) await sleep(Math.random() * wholeMs);
      else await deletingBy(running);
      running.child.kill('SIGKILL');
      await running.ended;
      const there = listed();
      if (there.size < kept.size + garbage.size && there.size > kept.size) inTheMidst += 1;
      expect([lost(kept, there), wrong(there)]).toEqual([[], []]);
      await must(...gc);
      expect(listed()).toEqual(kept);
      expect(existsSync(join(store, 'gc/trash')) ? readdirSync(join(store, 'gc/trash')) : []).toEqual([]);
    }
    expect(inTheMidst).toBeGreaterThan(0);
  }, 900_000);

  it('takes nothing from whoever adds what it is about to delete', async () => {
    for (let round = 0; round < 15; round += 1) {
      restore();
      rig.remove('data/b.ref.json');
      const running = start(...gc);
      await sleep(Math.random() * wholeMs);
      const adding = start('data', 'add', 'data/b');
      if (round % 2 === 0) {
        await sleep((Math.random() * wholeMs) / 2);
        running.child.kill('SIGKILL');
      }
      const [, added] = await Promise.all([running.ended, adding.ended]);
      expect(added.output).toContain('data/b.ref.json');
      // Opening the store brings back what a dead gc had set aside.
      await must('logs', 'nothing').catch(() => undefined);
      const there = listed();
      expect([lost(kept, there), lost(garbage, there), wrong(there)]).toEqual([[], [], []]);
      await must(...gc);
      expect(lost(garbage, listed())).toEqual([]);
    }
  }, 900_000);
});
