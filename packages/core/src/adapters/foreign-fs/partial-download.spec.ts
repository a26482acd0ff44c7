import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { digestOf } from '../../kernel/index.js';
import { DownloadScene, one, two } from './testing/download-scene.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const script = join(__dirname, 'testing/download-process.ts');

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

let scene: DownloadScene;

beforeEach(async () => {
  scene = await DownloadScene.open();
});
afterEach(() => {
  scene.close();
});

describe('A download that is taken up again', () => {
  it('is whole where its process was killed when all had come', async () => {
    await scene.breakOff();
    const state = JSON.parse(readFileSync(scene.kept('source.json'), 'utf8')) as object;
    writeFileSync(scene.kept('bytes'), one);
    const sha256 = digestOf(one).slice('sha256:'.length);
    writeFileSync(scene.kept('source.json'), JSON.stringify({ ...state, bytes: one.length, sha256 }));
    expect(await scene.bring()).toBe(digestOf(one));
    expect(scene.server.asked).toEqual([undefined, 'bytes=300000-']);
  });

  it.each([
    [
      'bytes that were turned over',
      () => {
        writeFileSync(scene.kept('bytes'), two.subarray(0, 100_000));
      },
    ],
    [
      'bytes that are gone',
      () => {
        truncateSync(scene.kept('bytes'), 99_999);
      },
    ],
    [
      'a state that is none',
      () => {
        writeFileSync(scene.kept('source.json'), '{"formatVersion":1,"bytes":');
      },
    ],
    [
      'a state of another address',
      () => {
        const text = readFileSync(scene.kept('source.json'), 'utf8');
        writeFileSync(scene.kept('source.json'), text.replace(scene.url, 'http://127.0.0.1/other'));
      },
    ],
  ])('does not go on from %s', async (_, damage) => {
    await scene.breakOff();
    damage();
    expect(await scene.bring()).toBe(digestOf(one));
    expect(scene.server.asked).toEqual([undefined, undefined]);
  });

  it('drops what was written after the last point that was synced', async () => {
    await scene.breakOff();
    writeFileSync(scene.kept('bytes'), Buffer.concat([one.subarray(0, 100_000), Buffer.alloc(5_000)]));
    expect(await scene.bring()).toBe(digestOf(one));
  });

  it('goes on from what a killed process left, and touches nothing of a living one', async () => {
    await scene.breakOff();
    const [name = ''] = readdirSync(scene.folder);
    renameSync(join(scene.folder, name), join(scene.folder, `${name}@alive`));
    expect(await scene.bring()).toBe(digestOf(one));
    expect(scene.server.asked).toEqual([undefined, undefined]);
    renameSync(join(scene.folder, `${name}@alive`), join(scene.folder, `${name}@dead`));
    expect(await scene.bring()).toBe(digestOf(one));
    expect(scene.server.asked.at(-1)).toBe('bytes=100000-');
  });

  it('removes what nobody came back for within a week', async () => {
    await scene.breakOff();
    const old = new Date(Date.now() - 8 * 24 * 3_600_000);
    utimesSync(scene.kept('bytes'), old, old);
    scene.url = `${scene.url}?other`;
    await scene.bring();
    expect(readdirSync(scene.folder)).toEqual([]);
  });

  it('goes on after its process was killed, wherever that was', async () => {
    const large = Buffer.alloc(150_000_000, one);
    scene.server.content = large;
    for (let round = 0; round < 4; round += 1) {
      const args = [scene.url, scene.folder, `killed-${String(round)}`];
      const child = spawn(process.execPath, ['-r', hook, script, ...args], { stdio: 'ignore' });
      const ended = once(child, 'exit');
      // Not before its first bytes; then at any moment.
      await until(() => scene.server.asked.length > round);
      await sleep(30 * round + 10 * Math.random());
      child.kill('SIGKILL');
      await ended;
    }
    const hasEnded = (mark: string): boolean => mark.startsWith('killed');
    expect(await scene.bring({ hasEnded })).toBe(digestOf(large));
    expect(readdirSync(scene.folder)).toEqual([]);
  });
});
