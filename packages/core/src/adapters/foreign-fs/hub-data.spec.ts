import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { HubData } from './hub-data.js';

const commit = 'c'.repeat(40);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const ref = { tool: 'huggingface', repo: 'org/name', commit, files: ['**/*'] } as const;

describe('the cache of the Hugging Face client', () => {
  let cache: string;
  let hub: HubData;

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'nx-ml-hub-'));
    hub = new HubData(cache);
    put(`blobs/${sha256('1')}`, '1');
  });

  afterEach(() => {
    rmSync(cache, { recursive: true, force: true });
  });

  const inRepo = (path: string) => join(cache, 'datasets--org--name', path);

  function put(path: string, text: string): void {
    mkdirSync(dirname(inRepo(path)), { recursive: true });
    writeFileSync(inRepo(path), text);
  }

  /** A file of the snapshot that leads to the blob. */
  function link(path: string, target?: string): void {
    const at = inRepo(`snapshots/${commit}/${path}`);
    mkdirSync(dirname(at), { recursive: true });
    symlinkSync(target ?? inRepo(`blobs/${sha256('1')}`), at);
  }

  const refused = (message: RegExp) =>
    expect.objectContaining({
      code: expect.stringMatching(/^ERR_ML_(?:PATH_UNSAFE|POINTER_INVALID)$/) as string,
      message: expect.stringMatching(message) as string,
    }) as Error;

  it('lists what leads to blobs, and finds it verified', async () => {
    link('a/b.csv');
    link('c.csv');
    const files = hub.list(ref) ?? [];
    expect(files.map(({ path, sum }) => [path, sum.kind])).toEqual([
      ['a/b.csv', 'sha256'],
      ['c.csv', 'sha256'],
    ]);
    for (const file of files) expect((await hub.find(ref, file))?.size).toBe(1);
    expect(hub.list({ ...ref, files: ['*.csv', '!c.csv'] })).toBeUndefined();
    expect(hub.list({ ...ref, commit: 'd'.repeat(40) })).toBeUndefined();
  });

  it('takes no whole revision where a download into the repository broke off', () => {
    link('a.csv');
    const left = sha256('2');
    put(`blobs/${left}.incomplete`, '');
    expect(hub.list(ref)).toBeUndefined();
    expect(hub.whereabouts(ref)).toMatchObject({
      text: expect.stringContaining(`broke off, and left ${inRepo(`blobs/${left}.incomplete`)}`) as string,
      fix: expect.stringContaining('files:') as string,
    });
    // What is named is there or not.
    expect(hub.list({ ...ref, files: ['*.csv'] })).toHaveLength(1);
    // It has come since.
    put(`blobs/${left}`, '2');
    expect(hub.list(ref)).toHaveLength(1);
    put('blobs/notes.incomplete', '');
    expect(hub.list(ref)).toHaveLength(1);
  });

  it.each([
    ['names that differ by case', ['A.csv', 'a.csv'], /only by case/],
    ['names that differ by Unicode form', ['e\u0301.csv', '\u00e9.csv'], /only by case or Unicode form/],
    ['a backslash', ['a\\..\\b.csv'], /backslash/],
    ['a drive letter', ['C:x.csv'], /is absolute/],
  ])('with %s is refused', (_, paths, message) => {
    for (const path of paths) link(path);
    expect(() => hub.list(ref)).toThrow(refused(message));
  });

  it.each([
    ['/etc/passwd', /leads to \/etc\/passwd/],
    ['../../refs/main', /leads to|leads nowhere/],
    ['nowhere', /leads nowhere/],
    ['loop', /leads nowhere/],
    ['../../../datasets--org--other/blobs/x', /not to a blob of its own repository/],
    ['../../blobs/../blobs', /not to a blob/],
  ])('with a link to %s is refused', (target, message) => {
    put('refs/main', commit);
    mkdirSync(join(cache, 'datasets--org--other/blobs'), { recursive: true });
    writeFileSync(join(cache, 'datasets--org--other/blobs/x'), 'x');
    link('loop', target);
    expect(() => hub.list(ref)).toThrow(refused(message));
  });

  it('with a folder that leads out is not followed', () => {
    const outside = mkdtempSync(join(tmpdir(), 'nx-ml-outside-'));
    writeFileSync(join(outside, 'secret.csv'), 'x');
    link('folder', outside);
    expect(() => hub.list(ref)).toThrow(refused(/not to a blob of its own repository/));
    rmSync(outside, { recursive: true });
  });

  it('with a file that is no link, or a blob named by no sum, is refused', () => {
    put(`snapshots/${commit}/a.csv`, '1');
    expect(() => hub.list(ref)).toThrow(refused(/not to a blob of its own repository/));
    rmSync(inRepo(`snapshots/${commit}/a.csv`));
    put('blobs/weird.incomplete', '1');
    link('a.csv', inRepo('blobs/weird.incomplete'));
    expect(() => hub.list(ref)).toThrow(refused(/which is no blob/));
  });
});
