import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { digestOf } from '../../kernel/index.js';
import { isUnfinished } from '../../store/index.js';
import { manyFiles } from './hands.js';
import { openFolderStore } from './index.js';
import type { Outcome } from './testing/link-process.js';
import { Scratch } from './testing/scratch.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const script = join(__dirname, 'testing/link-process.ts');
/** Some jobs for each of two threads. */
const many = manyFiles + 100;
const all = Array.from({ length: many }, (_, index) => index);
const content = (index: number): string => `content ${String(index)}`;

describe('Links to so many files that two threads make them', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
    for (const index of all) scratch.write(`data/${String(index % 7)}/${String(index)}`, content(index));
  });
  afterEach(() => {
    scratch.remove();
  });
  const path = (index: number): string => scratch.at(`data/${String(index % 7)}/${String(index)}`);
  const inodeOf = (file: string): number => fs.statSync(file).ino;

  /** @param event what happens to it meanwhile: link-process.ts tells */
  async function put(...event: readonly string[]): Promise<Outcome> {
    const args = ['-r', hook, script, scratch.root, scratch.at('data'), ...event];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { PATH: process.env['PATH'] ?? '' },
    });
    return JSON.parse(stdout) as Outcome;
  }

  /** Which files are links to objects. All of those are right, and none can be written by its owner. */
  function linked(): readonly number[] {
    const objects = scratch.objects();
    expect(objects.filter((object) => digestOf(fs.readFileSync(object.path)) !== object.digest)).toEqual([]);
    const inodes = new Set(objects.map((object) => inodeOf(object.path)));
    const found = all.filter((index) => inodes.has(inodeOf(path(index))));
    expect(found.filter((index) => (fs.statSync(path(index)).mode & 0o222) !== 0)).toEqual([]);
    return found;
  }

  /** Whatever happened, the next put ends it. */
  async function expectEnd(): Promise<void> {
    expect((await put()).ref).toMatchObject({ files: many });
    expect(linked()).toEqual(all);
    expect(all.filter((index) => fs.readFileSync(path(index), 'utf8') !== content(index))).toEqual([]);
    expect([scratch.count('tmp'), scratch.count('quarantine')]).toEqual([0, 0]);
    const names = fs.readdirSync(scratch.at('data'), { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => isUnfinished(name.split('/').at(-1) ?? ''))).toEqual([]);
  }

  it('names the tree that copies are, once and again', async () => {
    const { objects } = await openFolderStore({ root: join(scratch.base, 'copies') });
    const ref = await objects.putTree(scratch.at('data'));
    const first = await put();
    expect(first).toMatchObject({ ref, copied: [] });
    expect(first.aside).toBeGreaterThan(0);
    expect(linked()).toEqual(all);
    await expectEnd();
  });

  it('lets files give way to objects that were there as copies, and heals those that are damaged', async () => {
    const { objects } = await openFolderStore({ root: scratch.root });
    const ref = await objects.putTree(scratch.at('data'));
    const before = new Set(scratch.objects().map((object) => inodeOf(object.path)));
    const damaged = scratch.objects().find(({ digest }) => digest === digestOf(content(1_500)))?.path ?? '';
    fs.chmodSync(damaged, 0o644);
    fs.writeFileSync(damaged, 'CONTENT 1500');
    const outcome = await put();
    expect(outcome).toMatchObject({ ref, copied: [] });
    expect(outcome.aside).toBeGreaterThan(0);
    expect(linked()).toEqual(all);
    // All but that one are links to the objects that were there.
    expect(all.filter((index) => !before.has(inodeOf(path(index))))).toEqual([1_500]);
    expect(scratch.count('quarantine')).toBe(1);
    fs.rmSync(join(scratch.root, 'quarantine'), { recursive: true });
    await expectEnd();
  });

  it('copies the files with other names among them, and makes equal ones one', async () => {
    const named = all.filter((index) => index % 500 === 3);
    for (const index of named) fs.linkSync(path(index), scratch.at(`other-${String(index)}`));
    const equal = all.filter((index) => index % 500 === 4);
    for (const index of equal) fs.writeFileSync(path(index), 'equal');
    const { copied, ref } = await put();
    expect(new Map(copied)).toEqual(new Map(named.map((index) => [path(index), 'other-names'])));
    expect(linked()).toEqual(all.filter((index) => !named.includes(index)));
    expect(new Set(equal.map((index) => inodeOf(path(index)))).size).toBe(1);
    for (const index of named) fs.appendFileSync(path(index), ' goes on');
    const { objects } = await openFolderStore({ root: scratch.root });
    expect(ref && (await objects.verify(ref))).toEqual({ missing: [], corrupt: [] });
  });

  it('links nothing where a file comes half-way through the reading', async () => {
    const came = scratch.at('data/3/new');
    expect(await put('write', 'measure', String(many / 2), came)).toMatchObject({
      failure: 'ERR_ML_SOURCE_CHANGED',
    });
    expect([fs.existsSync(came), scratch.objects(), linked()]).toEqual([true, [], []]);
    fs.rmSync(came);
    await expectEnd();
  });

  it('links no file that changed after it was read, and names no tree', async () => {
    expect(await put('write', 'measure', String(many), path(2_000))).toMatchObject({
      failure: 'ERR_ML_SOURCE_CHANGED',
    });
    const found = linked();
    expect([found.includes(2_000), scratch.objects().length]).toEqual([false, found.length]);
    expect(fs.readFileSync(path(2_000), 'utf8')).toBe('CONTENT');
    fs.writeFileSync(path(2_000), content(2_000));
    await expectEnd();
  });

  it('goes by the bytes of a file that was only touched after it was read', async () => {
    expect(await put('touch', 'measure', String(many), path(2_000))).toMatchObject({ copied: [] });
    expect([linked(), fs.statSync(path(2_000)).mtimeMs > 1_000]).toEqual([all, true]);
    await expectEnd();
  });

  it.each(['measure', 'link'])('stops where it is told to, and goes on the next time: %s', async (job) => {
    expect((await put('abort', job, '1')).failure).toBe('enough');
    const found = linked();
    expect([found.length > 0, found.length < many]).toEqual([job === 'link', true]);
    expect(scratch.objects()).toHaveLength(found.length);
    await expectEnd();
  });
});
