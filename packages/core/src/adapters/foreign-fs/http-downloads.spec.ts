import { readdirSync } from 'node:fs';

import fc from 'fast-check';

import { digestOf } from '../../kernel/index.js';
import { DownloadScene, one, two } from './testing/download-scene.js';

let scene: DownloadScene;

beforeEach(async () => {
  scene = await DownloadScene.open();
});
afterEach(() => {
  scene.close();
});

describe('A download', () => {
  it('gives all bytes, and leaves nothing', async () => {
    expect(await scene.bring()).toBe(digestOf(one));
    expect(scene.server.asked).toEqual([undefined]);
    expect(readdirSync(scene.folder)).toEqual([]);
  });

  it('that broke off says so, and goes on at the next call where it stopped', async () => {
    expect(await scene.breakOff()).toMatchObject({
      code: 'ERR_ML_DOWNLOAD_FAILED',
      message: expect.stringContaining('broke off') as string,
      fix: 'Run the same command again: the 100,000 bytes that came are kept, and it goes on from there.',
    });
    const told: number[] = [];
    expect(await scene.bring({ onBytes: (count) => told.push(count) })).toBe(digestOf(one));
    expect(scene.server.asked).toEqual([undefined, 'bytes=100000-']);
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(one.length);
    expect(readdirSync(scene.folder)).toEqual([]);
  });

  it('goes on by itself as long as each attempt brings something', async () => {
    scene.server.manners = { cutAfter: 70_000 };
    expect(await scene.bring({ pauses: [1] })).toBe(digestOf(one));
    expect(scene.server.asked).toEqual([
      undefined,
      'bytes=70000-',
      'bytes=140000-',
      'bytes=210000-',
      'bytes=280000-',
    ]);
  });

  it.each([
    ['looks at If-Range', {}],
    ['ignores If-Range, and tells another tag', { ignoresIfRange: true }],
  ])('begins anew where the file changed in between, when the server %s', async (_, manners) => {
    await scene.breakOff();
    [scene.server.content, scene.server.version, scene.server.manners] = [two, 'two', manners];
    expect(await scene.bring()).toBe(digestOf(two));
  });

  it('begins anew where the file has another length, whatever its tag says', async () => {
    await scene.breakOff();
    [scene.server.content, scene.server.manners] = [two.subarray(0, 200_000), { ignoresIfRange: true }];
    expect(await scene.bring()).toBe(digestOf(scene.server.content));
    scene.server.manners = { cutAfter: 150_000 };
    await scene.fails();
    [scene.server.content, scene.server.manners] = [one.subarray(0, 9), { ignoresIfRange: true }];
    expect(await scene.bring()).toBe(digestOf(scene.server.content));
  });

  it('takes all from a server that ignores Range', async () => {
    await scene.breakOff();
    scene.server.manners = { ignoresRange: true };
    expect(await scene.bring()).toBe(digestOf(one));
    expect(scene.server.asked).toEqual([undefined, 'bytes=100000-']);
  });

  it.each([
    ['no tag', { tag: '' }],
    ['a weak tag', { tag: 'W/"one"' }],
    ['a date of just now', { tag: '', modified: new Date(Date.now() + 3_600_000).toUTCString() }],
    ['a compressed answer', { encoding: 'gzip' }],
  ])('keeps nothing where %s leaves open which version it was', async (_, manners) => {
    scene.server.manners = { ...manners, cutAfter: 100_000 };
    expect(await scene.fails()).toMatchObject({ fix: expect.stringContaining('in a browser') as string });
    expect(readdirSync(scene.folder)).toEqual([]);
  });

  it('goes on by a date that is old enough', async () => {
    const modified = new Date('2020-01-01').toUTCString();
    scene.server.manners = { tag: '', modified, cutAfter: 100_000 };
    await scene.fails();
    scene.server.manners = { tag: '', modified };
    expect(await scene.bring()).toBe(digestOf(one));
    expect(scene.server.asked).toEqual([undefined, 'bytes=100000-']);
  });

  it('brings all once more where a lying server mixed two versions and the digest tells', async () => {
    await scene.breakOff();
    [scene.server.content, scene.server.manners] = [two, {}];
    expect(await scene.bring({}, two)).toBe(digestOf(two));
    expect(scene.server.asked).toEqual([undefined, 'bytes=100000-', undefined]);
  });

  it('that is cancelled is kept', async () => {
    const controller = new AbortController();
    scene.server.manners = { cutAfter: 100_000 };
    const cancelled = await scene.fails({
      signal: controller.signal,
      pauses: [60_000],
      onBytes: (count) => {
        if (count > 0)
          setTimeout(() => {
            controller.abort();
          }, 100);
      },
    });
    expect(cancelled).toMatchObject({
      code: 'ERR_ML_CANCELLED',
      fix: expect.stringContaining('goes on') as string,
    });
    scene.server.manners = {};
    expect(await scene.bring()).toBe(digestOf(one));
    expect(scene.server.asked).toHaveLength(2);
  });

  it('counts what came before against the limit', async () => {
    await scene.breakOff();
    expect(await scene.fails({ limit: 250_000 })).toMatchObject({
      message: expect.stringContaining('more than 250000') as string,
    });
  });

  it('gives the bytes of one version, wherever it breaks off and whenever the file changes', async () => {
    const events = fc.array(
      fc.record({ cutAfter: fc.integer({ min: 1, max: 200_000 }), changes: fc.boolean() }),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(events, async (steps) => {
        for (const { cutAfter, changes } of steps) {
          scene.server.manners = { cutAfter, cutIn: 10 };
          if (changes)
            [scene.server.content, scene.server.version] =
              scene.server.version === 'one' ? [two, 'two'] : [one, 'one'];
          await scene.bring().catch(() => undefined);
        }
        scene.server.manners = {};
        expect(await scene.bring()).toBe(digestOf(scene.server.content));
      }),
      { numRuns: 25 },
    );
  });
});
