import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import fc from 'fast-check';

import { digestOf } from '../../kernel/index.js';
import { HttpDownloads } from './http-downloads.js';
import type { HttpDownloadsOptions } from './http-downloads.js';
import { FileServer } from './testing/file-server.js';

const one = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251));
const two = Buffer.from(one.map((byte) => byte ^ 1));

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const script = join(__dirname, 'testing/download-process.ts');

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

describe('A download', () => {
  let folder: string;
  let server: FileServer;
  let url: string;

  const downloads = (options: Partial<HttpDownloadsOptions> = {}) =>
    new HttpDownloads({ folder, mark: 'me', hasEnded: (mark) => mark === 'dead', pauses: [], ...options });
  const bring = (options?: Partial<HttpDownloadsOptions>, expected?: Buffer) =>
    downloads(options).bring(url, expected && digestOf(expected), ({ at, digest, size }) => {
      const bytes = readFileSync(at);
      expect([digest, size]).toEqual([digestOf(bytes), bytes.length]);
      return Promise.resolve(digest);
    });
  const fails = (options?: Partial<HttpDownloadsOptions>) =>
    bring(options).then(
      () => undefined,
      (error: unknown) => error,
    );
  /** The only one that is kept. */
  const kept = (name: string) => join(folder, readdirSync(folder)[0] ?? '', name);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-downloads-'));
    server = new FileServer();
    server.content = one;
    url = await server.start();
  });
  afterEach(() => {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives all bytes, and leaves nothing', async () => {
    expect(await bring()).toBe(digestOf(one));
    expect(server.asked).toEqual([undefined]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that broke off says so, and goes on at the next call where it stopped', async () => {
    server.manners = { cutAfter: 100_000 };
    expect(await fails()).toMatchObject({
      code: 'ERR_ML_DOWNLOAD_FAILED',
      message: expect.stringContaining('broke off') as string,
      fix: 'Run the same command again: the 100,000 bytes that came are kept, and it goes on from there.',
    });
    server.manners = {};
    const told: number[] = [];
    expect(await bring({ onBytes: (count) => told.push(count) })).toBe(digestOf(one));
    expect(server.asked).toEqual([undefined, 'bytes=100000-']);
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(one.length);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes on by itself as long as each attempt brings something', async () => {
    server.manners = { cutAfter: 70_000 };
    expect(await bring({ pauses: [1] })).toBe(digestOf(one));
    expect(server.asked).toEqual([
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
    server.manners = { cutAfter: 100_000 };
    await fails();
    [server.content, server.version, server.manners] = [two, 'two', manners];
    expect(await bring()).toBe(digestOf(two));
  });

  it('begins anew where the file has another length, whatever its tag says', async () => {
    server.manners = { cutAfter: 100_000 };
    await fails();
    [server.content, server.manners] = [two.subarray(0, 200_000), { ignoresIfRange: true }];
    expect(await bring()).toBe(digestOf(server.content));
    server.manners = { cutAfter: 150_000 };
    await fails();
    [server.content, server.manners] = [one.subarray(0, 9), { ignoresIfRange: true }];
    expect(await bring()).toBe(digestOf(server.content));
  });

  it('takes all from a server that ignores Range', async () => {
    server.manners = { cutAfter: 100_000 };
    await fails();
    server.manners = { ignoresRange: true };
    expect(await bring()).toBe(digestOf(one));
    expect(server.asked).toEqual([undefined, 'bytes=100000-']);
  });

  it.each([
    ['no tag', { tag: '' }],
    ['a weak tag', { tag: 'W/"one"' }],
    ['a date of just now', { tag: '', modified: new Date(Date.now() + 3_600_000).toUTCString() }],
    ['a compressed answer', { encoding: 'gzip' }],
  ])('keeps nothing where %s leaves open which version it was', async (_, manners) => {
    server.manners = { ...manners, cutAfter: 100_000 };
    expect(await fails()).toMatchObject({ fix: expect.stringContaining('in a browser') as string });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes on by a date that is old enough', async () => {
    const modified = new Date('2020-01-01').toUTCString();
    server.manners = { tag: '', modified, cutAfter: 100_000 };
    await fails();
    server.manners = { tag: '', modified };
    expect(await bring()).toBe(digestOf(one));
    expect(server.asked).toEqual([undefined, 'bytes=100000-']);
  });

  it('brings all once more where a lying server mixed two versions and the digest tells', async () => {
    server.manners = { cutAfter: 100_000 };
    await fails();
    [server.content, server.manners] = [two, {}];
    expect(await bring({}, two)).toBe(digestOf(two));
    expect(server.asked).toEqual([undefined, 'bytes=100000-', undefined]);
  });

  it('that was killed when all had come is whole', async () => {
    server.manners = { cutAfter: 100_000 };
    await fails();
    const state = JSON.parse(readFileSync(kept('source.json'), 'utf8')) as object;
    writeFileSync(kept('bytes'), one);
    const sha256 = digestOf(one).slice('sha256:'.length);
    writeFileSync(kept('source.json'), JSON.stringify({ ...state, bytes: one.length, sha256 }));
    server.manners = {};
    expect(await bring()).toBe(digestOf(one));
    expect(server.asked).toEqual([undefined, 'bytes=300000-']);
  });

  it.each([
    [
      'bytes that were turned over',
      () => {
        writeFileSync(kept('bytes'), two.subarray(0, 100_000));
      },
    ],
    [
      'bytes that are gone',
      () => {
        truncateSync(kept('bytes'), 99_999);
      },
    ],
    [
      'a state that is none',
      () => {
        writeFileSync(kept('source.json'), '{"formatVersion":1,"bytes":');
      },
    ],
    [
      'a state of another address',
      () => {
        const text = readFileSync(kept('source.json'), 'utf8');
        writeFileSync(kept('source.json'), text.replace(url, 'http://127.0.0.1/other'));
      },
    ],
  ])('does not go on from %s', async (_, damage) => {
    server.manners = { cutAfter: 100_000 };
    await fails();
    damage();
    server.manners = {};
    expect(await bring()).toBe(digestOf(one));
    expect(server.asked).toEqual([undefined, undefined]);
  });

  it('drops what was written after the last point that was synced', async () => {
    server.manners = { cutAfter: 100_000 };
    await fails();
    writeFileSync(kept('bytes'), Buffer.concat([one.subarray(0, 100_000), Buffer.alloc(5_000)]));
    server.manners = {};
    expect(await bring()).toBe(digestOf(one));
  });

  it('goes on from what a killed process left, and touches nothing of a living one', async () => {
    server.manners = { cutAfter: 100_000 };
    await fails();
    const [name = ''] = readdirSync(folder);
    renameSync(join(folder, name), join(folder, `${name}@alive`));
    server.manners = {};
    expect(await bring()).toBe(digestOf(one));
    expect(server.asked).toEqual([undefined, undefined]);
    renameSync(join(folder, `${name}@alive`), join(folder, `${name}@dead`));
    expect(await bring()).toBe(digestOf(one));
    expect(server.asked.at(-1)).toBe('bytes=100000-');
  });

  it('removes what nobody came back for within a week', async () => {
    server.manners = { cutAfter: 100_000 };
    await fails();
    const old = new Date(Date.now() - 8 * 24 * 3_600_000);
    utimesSync(kept('bytes'), old, old);
    url = `${url}?other`;
    server.manners = {};
    await bring();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that is cancelled is kept', async () => {
    const controller = new AbortController();
    server.manners = { cutAfter: 100_000 };
    const cancelled = await fails({
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
    server.manners = {};
    expect(await bring()).toBe(digestOf(one));
    expect(server.asked).toHaveLength(2);
  });

  it('counts what came before against the limit', async () => {
    server.manners = { cutAfter: 100_000 };
    await fails();
    server.manners = {};
    expect(await fails({ limit: 250_000 })).toMatchObject({
      message: expect.stringContaining('more than 250000') as string,
    });
  });

  it('goes on after its process was killed, wherever that was', async () => {
    const large = Buffer.alloc(150_000_000, one);
    server.content = large;
    for (let round = 0; round < 4; round += 1) {
      const args = [url, folder, `killed-${String(round)}`];
      const child = spawn(process.execPath, ['-r', hook, script, ...args], { stdio: 'ignore' });
      const ended = once(child, 'exit');
      // Not before its first bytes; then at any moment.
      await until(() => server.asked.length > round);
      await sleep(30 * round + 10 * Math.random());
      child.kill('SIGKILL');
      await ended;
    }
    const hasEnded = (mark: string): boolean => mark.startsWith('killed');
    expect(await bring({ hasEnded })).toBe(digestOf(large));
    expect(readdirSync(folder)).toEqual([]);
  }, 60_000);

  it('gives the bytes of one version, wherever it breaks off and whenever the file changes', async () => {
    const events = fc.array(
      fc.record({ cutAfter: fc.integer({ min: 1, max: 200_000 }), changes: fc.boolean() }),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(events, async (steps) => {
        for (const { cutAfter, changes } of steps) {
          server.manners = { cutAfter, cutIn: 10 };
          if (changes)
            [server.content, server.version] = server.version === 'one' ? [two, 'two'] : [one, 'one'];
          await bring().catch(() => undefined);
        }
        server.manners = {};
        expect(await bring()).toBe(digestOf(server.content));
      }),
      { numRuns: 25 },
    );
  });
});
