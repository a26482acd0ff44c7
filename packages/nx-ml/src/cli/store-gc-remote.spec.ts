import * as fs from 'node:fs';

import { CliScene } from './testing/cli-scene.js';

describe('nx-ml store gc --remote', () => {
  let scene: CliScene;

  beforeEach(async () => {
    scene = new CliScene();
    fs.mkdirSync(scene.at('remote'));
    process.env['NX_ML_REMOTE'] = scene.at('remote');
    for (const clone of ['a', 'b']) {
      scene.write({ [`${clone}/nx.json`]: '{}' });
      for (let file = 0; file < 3; file += 1)
        scene.write({ [`${clone}/data/rows/${String(file)}`]: `${clone} ${String(file)}` });
      await scene.runIn(clone, 'data', 'add', 'data/rows');
      await scene.runIn(clone, 'data', 'push');
    }
    scene.write({ 'a/data/large': Buffer.alloc(1_500_000, 'large') });
    await scene.runIn('a', 'data', 'add', 'data/large');
    await scene.runIn('a', 'data', 'push');
  });
  afterEach(() => {
    scene.remove();
  });

  it('tells what nothing here needs, who else pushed there, and deletes nothing', async () => {
    fs.rmSync(scene.at('a/data/large.ref.json'));
    const there = scene.files('remote');
    expect(await scene.runIn('a', 'store', 'gc', '--remote')).toBe(0);
    expect(scene.written).toContain(
      `${scene.at('remote')}: 9 objects in 12 files of 1.5 MB, looked at with 1 workspace and 0 git repositories of this machine.`,
    );
    // The large file, and the packs of the other clone: its rows and their list.
    expect(scene.written).toContain('3 files of 1.5 MB hold nothing that is known to be needed.');
    expect(scene.written).toMatch(/These pushed there as well, .*\n {2}.*:\/.*\/b {2}last on \d{4}-/);
    expect(await scene.runIn('a', 'store', 'gc', '--remote', scene.at('remote'), '--plan')).toBe(0);
    expect(scene.written).toMatch(/nothing known here needs +5 objects +1.5 MB/);
    expect(scene.written).toMatch(/pointers in a working tree +4 objects/);
    expect(await scene.runIn('a', 'store', 'gc', '--remote', '--json')).toBe(0);
    expect(JSON.parse(scene.written)).toMatchObject({
      objects: 9,
      users: [{ path: expect.anything() as string }, {}],
      problems: [],
    });
    expect(scene.files('remote')).toEqual(there);
  });

  it('refuses to delete there', async () => {
    for (const more of [[], ['--plan'], [scene.at('remote')]])
      await expect(scene.runIn('a', 'store', 'gc', '--delete', '--remote', ...more)).rejects.toMatchObject({
        code: 'ERR_ML_USAGE',
        message: expect.stringContaining('Nothing is deleted from a remote') as string,
      });
  });

  it('fails where the remote cannot be looked at', async () => {
    fs.rmSync(scene.at('remote'), { recursive: true });
    await expect(scene.runIn('a', 'store', 'gc', '--remote')).rejects.toMatchObject({ name: 'MlError' });
    process.env['NX_ML_OFFLINE'] = '1';
    await expect(scene.runIn('a', 'store', 'gc', '--remote')).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_UNAVAILABLE',
    });
  });
});
