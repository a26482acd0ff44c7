import * as fs from 'node:fs';

import { CliScene, failed } from './testing/cli-scene.js';

describe('nx-ml store verify with a remote', () => {
  let scene: CliScene;

  const damage = (path: string): void => {
    fs.chmodSync(path, 0o644);
    const bytes = fs.readFileSync(path);
    fs.writeFileSync(path, bytes.fill(0x7a, bytes.length - 2));
  };
  const objectOf = (size: number): string =>
    scene.files('store/objects').find((path) => fs.statSync(path).size === size) ?? '';

  beforeEach(async () => {
    scene = new CliScene();
    fs.mkdirSync(scene.at('remote'));
    const options = { remote: scene.at('remote') };
    scene.write({
      'ws/nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-ml', options }] }),
      'ws/data/large.bin': Buffer.alloc(1_500_000, 'large'),
    });
    for (let file = 0; file < 5; file += 1)
      scene.write({ [`ws/data/mails/${String(file)}`]: 'x'.repeat(10 + file) });
    await scene.run('ws', 'data', 'add', 'data/mails', 'data/large.bin');
    await scene.run('ws', 'data', 'push');
  });
  afterEach(() => {
    scene.remove();
  });

  it('mends what is damaged from files here, else from the remote, and says from where', async () => {
    damage(objectOf(1_500_000));
    damage(objectOf(12));
    expect(await scene.run('ws', 'store', 'verify')).toBe(1);
    fs.rmSync(scene.at('ws/data/mails/2'));
    expect(await scene.run('ws', 'store', 'verify', '--fix')).toBe(0);
    expect(scene.written).toContain('2 put back');
    expect(scene.written).toContain(`put back from ${scene.at('ws/data/large.bin')}`);
    expect(scene.written).toContain(`put back from ${scene.at('remote')}`);
    expect(await scene.run('ws', 'store', 'verify')).toBe(0);
  });

  it('brings what the workspace needs and the store lacks, lists of files first', async () => {
    for (const path of scene.files('store/objects')) fs.rmSync(path);
    for (const name of ['mails', 'large.bin']) fs.rmSync(scene.at(`ws/data/${name}`), { recursive: true });
    expect(await scene.run('ws', 'store', 'verify', '--fix')).toBe(0);
    expect(scene.written).toContain(
      `7 objects that this workspace needs were not here, and came from ${scene.at('remote')}.`,
    );
    expect(scene.files('store/objects')).toHaveLength(7);
  });

  it('tells what it could not bring, and why the remote was not asked', async () => {
    fs.rmSync(objectOf(12));
    fs.rmSync(scene.at('ws/data/mails'), { recursive: true });
    process.env['NX_ML_OFFLINE'] = '1';
    expect(await scene.run('ws', 'store', 'verify', '--fix', '--json')).toBe(1);
    expect(JSON.parse(scene.written)).toMatchObject({ missing: [{ mended: false, from: null }] });
    process.env['NX_ML_OFFLINE'] = '';
    expect(await scene.run('ws', 'store', 'verify', '--fix')).toBe(0);
    expect(scene.written).toContain(
      `1 object that this workspace needs was not here, and came from ${scene.at('remote')}.`,
    );
    expect(await scene.run('ws', 'store', 'verify')).toBe(0);
    expect(objectOf(12)).not.toBe('');
  });

  it('looks at a remote: names and sizes, and every byte where it is asked to', async () => {
    expect(await scene.run('ws', 'store', 'verify', '--remote')).toBe(0);
    expect(scene.written).toMatch(
      / holds 7 objects in \d+ files of .*: names, sizes and indexes are as they should be/,
    );
    expect(await scene.run('ws', 'store', 'verify', '--remote', scene.at('remote'), '--deep')).toBe(0);
    expect(scene.written).toContain('every byte is as it should be');
    const [large = ''] = scene.files('remote/objects');
    damage(large);
    expect(await scene.run('ws', 'store', 'verify', '--remote')).toBe(0);
    expect(await scene.run('ws', 'store', 'verify', '--remote', '--deep')).toBe(1);
    expect(scene.written).toContain('1 object cannot be had from there for it');
    fs.truncateSync(large, 1_200_000);
    expect(await scene.run('ws', 'store', 'verify', '--remote', '--json')).toBe(1);
    expect(JSON.parse(scene.written)).toMatchObject({
      damaged: [{ why: 'it has 1200000 bytes instead of 1500000', lost: [expect.anything()] }],
    });
    await scene.run('ws', 'data', 'push', '--again');
    expect(await scene.run('ws', 'store', 'verify', '--remote', '--deep')).toBe(0);
  });

  it('says what it is not asked well', async () => {
    await expect(scene.run('ws', 'store', 'verify', '--deep')).rejects.toEqual(failed('ERR_ML_USAGE'));
    await expect(scene.run('ws', 'store', 'verify', '--fix', '--remote')).rejects.toEqual(
      failed('ERR_ML_USAGE'),
    );
  });
});
