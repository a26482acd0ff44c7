import * as fs from 'node:fs';
import { join } from 'node:path';

import { CliScene, failed } from './testing/cli-scene.js';

describe('Data of two clones with a remote', () => {
  let scene: CliScene;

  const answer = async (clone: string, ...args: readonly string[]): Promise<unknown> => {
    expect(await scene.runIn(clone, ...args, '--json')).toBe(0);
    return JSON.parse(scene.written);
  };
  /** What git would bring. */
  const share = (from: string, to: string): void => {
    for (const name of fs.readdirSync(scene.at(from), { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.ref.json')) scene.write({ [join(to, name)]: scene.read(join(from, name)) });
  };

  beforeEach(async () => {
    scene = new CliScene();
    fs.mkdirSync(scene.at('remote'));
    process.env['NX_ML_REMOTE'] = scene.at('remote');
    for (const clone of ['a', 'b']) scene.write({ [`${clone}/nx.json`]: '{}' });
    for (let file = 0; file < 20; file += 1) {
      const folder = file % 2 === 0 ? 'ham' : 'spam';
      scene.write({ [`a/data/mails/${folder}/${String(file)}`]: `mail ${String(file)}` });
    }
    scene.write({ 'a/data/large.bin': Buffer.alloc(1_500_000, 'large') });
    await scene.runIn('a', 'data', 'add', 'data/mails', 'data/large.bin');
    share('a', 'b');
  });
  afterEach(() => {
    scene.remove();
  });

  it('is pushed by one and pulled by the other', async () => {
    expect(await answer('a', 'data', 'push', '--dry-run')).toMatchObject({ objects: 22, dryRun: true });
    expect(fs.readdirSync(scene.at('remote'))).toEqual([]);
    expect(await answer('a', 'data', 'push')).toMatchObject({ objects: 22, there: 0 });
    await scene.runIn('a', 'data', 'push');
    expect(scene.written).toBe(`nothing to push: ${scene.at('remote')} has all 22 objects\n`);
    await scene.runIn('b', 'data', 'pull', '--dry-run');
    expect(scene.written).toContain('data/mails      20 files to place\nwould pull 21 objects');
    expect(fs.existsSync(scene.at('b/data/mails'))).toBe(false);
    await scene.runIn('b', 'data', 'pull');
    expect(scene.written).toContain(
      'data/large.bin  1 file placed\ndata/mails      20 files placed\npulled 21 objects',
    );
    expect(scene.read('b/data/mails/spam/7')).toBe('mail 7');
    expect(fs.statSync(scene.at('b/data/large.bin')).size).toBe(1_500_000);
    await scene.runIn('b', 'data', 'pull');
    expect(scene.written).toBe('all data is what its pointers say\n');
  });

  it('comes in part', async () => {
    await scene.runIn('a', 'data', 'push');
    expect(await answer('b', 'data', 'pull', 'data/mails/ham')).toMatchObject({
      objects: 10,
      data: [{ path: 'data/mails/ham', placed: 10, removed: 0 }],
    });
    expect(fs.readdirSync(scene.at('b/data/mails'))).toEqual(['ham']);
    await scene.runIn('b', 'data', 'pull', 'data/mails');
    expect(fs.readdirSync(scene.at('b/data/mails/spam'))).toHaveLength(10);
    await expect(scene.runIn('b', 'data', 'pull', 'data/mails/none')).rejects.toEqual(
      failed('ERR_ML_DATA_MISSING'),
    );
  });

  it('follows its pointer, file by file, and keeps what would be lost', async () => {
    await scene.runIn('a', 'data', 'push');
    await scene.runIn('b', 'data', 'pull');
    fs.rmSync(scene.at('a/data/mails/ham'), { recursive: true });
    scene.write({ 'a/data/mails/ham': 'a file where a folder was', 'a/data/mails/spam/1': 'edited' });
    await scene.runIn('a', 'data', 'add', 'data/mails');
    await scene.runIn('a', 'data', 'push');
    share('a', 'b');
    const untouched = fs.statSync(scene.at('b/data/mails/spam/3')).ino;
    expect(await answer('b', 'data', 'pull')).toMatchObject({
      data: [{ placed: 0 }, { path: 'data/mails', placed: 2, removed: 10 }],
    });
    expect([scene.read('b/data/mails/ham'), scene.read('b/data/mails/spam/1')]).toEqual([
      'a file where a folder was',
      'edited',
    ]);
    expect(fs.statSync(scene.at('b/data/mails/spam/3')).ino).toBe(untouched);

    scene.write({ 'b/data/mails/spam/1': 'only here', 'b/data/mails/new': 'only here, too' });
    await expect(scene.runIn('b', 'data', 'checkout')).rejects.toMatchObject({
      code: 'ERR_ML_DATA_DRIFT',
      detail: ['data/mails/new', 'data/mails/spam/1'],
    });
    expect(scene.read('b/data/mails/new')).toBe('only here, too');
    await scene.runIn('b', 'data', 'checkout', '--force');
    expect([scene.read('b/data/mails/spam/1'), fs.existsSync(scene.at('b/data/mails/new'))]).toEqual([
      'edited',
      false,
    ]);
  });

  it('tells what is nowhere, that there is no remote, and that it may not be asked', async () => {
    await expect(scene.runIn('b', 'data', 'pull')).rejects.toEqual(failed('ERR_ML_OBJECT_MISSING'));
    await expect(scene.runIn('b', 'data', 'push')).rejects.toEqual(failed('ERR_ML_OBJECT_MISSING'));
    await expect(scene.runIn('b', 'data', 'checkout')).rejects.toEqual(failed('ERR_ML_OBJECT_MISSING'));
    process.env['NX_ML_OFFLINE'] = '1';
    await expect(scene.runIn('a', 'data', 'push')).rejects.toEqual(failed('ERR_ML_REMOTE_UNAVAILABLE'));
    process.env['NX_ML_REMOTE'] = '';
    await expect(scene.runIn('a', 'data', 'push')).rejects.toEqual(failed('ERR_ML_USAGE'));
    delete process.env['NX_ML_OFFLINE'];
    expect(await scene.runIn('a', 'data', 'push', '--remote', scene.at('remote'))).toBe(0);
    delete process.env['NX_ML_REMOTE'];
    const options = { remote: scene.at('remote') };
    scene.write({ 'b/nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-ml', options }] }) });
    expect(await scene.runIn('b', 'data', 'pull')).toBe(0);
  });
});
