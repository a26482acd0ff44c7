import * as fs from 'node:fs';

import { CliScene } from './testing/cli-scene.js';

describe('nx-ml data, by link', () => {
  let scene: CliScene;

  const ask = (words: string) => scene.told('ws', 'data', ...words.split(' '));
  const isLocked = (path: string): boolean => {
    const { mode, nlink } = fs.statSync(scene.at(`ws/${path}`));
    return (mode & 0o222) === 0 && nlink > 1;
  };

  beforeEach(() => {
    scene = new CliScene();
    scene.write({ 'ws/nx.json': '{}', 'ws/.gitignore': '.nx-ml\n' });
    for (const name of ['1', '2', '3']) scene.write({ [`ws/d/pics/${name}`]: name });
    scene.git('ws', 'init', '--quiet');
  });
  afterEach(() => {
    scene.remove();
  });

  it('locks, unlocks, and writes the pointer that a copy has', async () => {
    const text = await ask('add --link d/pics');
    expect(text).toMatch(/^d\/pics\.ref\.json {2}3 B in 3 files {2}\S+\n/);
    expect(['1', '2', '3'].map((name) => isLocked(`d/pics/${name}`))).toEqual([true, true, true]);
    expect(await ask('add d/pics')).toMatch(/unchanged/);
    expect(await ask('status')).toMatch(/All data is as its pointer says/);
    expect(await ask('unlock d/pics')).toBe('d/pics  3 of 3 files unlocked\n');
    fs.appendFileSync(scene.at('ws/d/pics/1'), ' edited');
    expect(await ask('status')).toMatch(/pics/);
    expect(await ask('add --link d/pics')).not.toMatch(/unchanged/);
    expect(scene.read('ws/d/pics/1')).toBe('1 edited');
    expect(isLocked('d/pics/1')).toBe(true);
  });

  it('tells what stayed a copy and why, in words and in JSON', async () => {
    fs.linkSync(scene.at('ws/d/pics/1'), scene.at('ws/elsewhere'));
    expect(JSON.parse(await ask('add --link --json d/pics'))).toMatchObject({
      files: 3,
      copied: { 'other-names': 1 },
    });
    expect(await ask('add --link d/pics')).toMatch(/\n {2}1 file copied, not linked: .*hard links.*\n$/);
  });

  it('checks out by link where it is asked to, and as copies to edit where it is not', async () => {
    await ask('add d/pics');
    fs.rmSync(scene.at('ws/d/pics'), { recursive: true });
    await ask('checkout --link d/pics');
    expect(isLocked('d/pics/2')).toBe(true);
    fs.rmSync(scene.at('ws/d/pics/2'));
    await ask('checkout d/pics');
    expect([isLocked('d/pics/1'), isLocked('d/pics/2')]).toEqual([true, false]);
  });

  it('is no way to fill the cache of DVC', async () => {
    await expect(ask('add --link --dvc d/pics')).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
    await expect(ask('unlock ../elsewhere')).rejects.toMatchObject({ code: 'ERR_ML_PATH_UNSAFE' });
  });
});
