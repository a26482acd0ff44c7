import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inspectFolderStore, openFolderStore } from './index.js';
import { Scratch } from './testing/scratch.js';

const day = 24 * 60 * 60 * 1000;

describe('inspectFolderStore', () => {
  let scratch: Scratch;

  beforeEach(() => {
    scratch = new Scratch();
  });

  afterEach(() => {
    scratch.remove();
  });

  const inspect = (now = Date.now()) => inspectFolderStore(scratch.root, now);

  it('a store that is not there yet stays so', async () => {
    const found = await inspect();
    expect(found).toMatchObject({ state: { is: 'absent' }, readOnly: undefined, quarantined: 0 });
    expect(found.free).toBeGreaterThan(0);
    expect(existsSync(scratch.root)).toBe(false);
  });

  it('tells format, quarantine and what dead writers left, and sweeps nothing', async () => {
    const { objects } = await openFolderStore({ root: scratch.root });
    await objects.putBytes(Buffer.from('x'));
    writeFileSync(join(scratch.root, 'quarantine', 'damaged'), '');
    for (const name of ['old', 'young']) writeFileSync(join(scratch.root, 'tmp', name), 'abc');
    utimesSync(join(scratch.root, 'tmp', 'old'), 0, 0);
    const before = readdirSync(scratch.root, { recursive: true });
    expect(await inspect()).toMatchObject({
      state: { is: 'open', formatVersion: 1 },
      quarantined: 1,
      abandoned: { files: 1, bytes: 3 },
    });
    expect((await inspect(Date.now() + 2 * day)).abandoned.files).toBe(2);
    expect(readdirSync(scratch.root, { recursive: true })).toEqual(before);
  });

  it.each([
    ['a newer format', '{"formatVersion":2,"kind":"nx-ml-store"}', /format 2/],
    ['a damaged format', 'x', /no format\.json that can be read/],
  ])('%s is told with its mend', async (_, text, message) => {
    mkdirSync(join(scratch.root, 'objects'), { recursive: true });
    writeFileSync(join(scratch.root, 'format.json'), text);
    const { state } = await inspect();
    expect(state).toEqual({
      is: 'unusable',
      message: expect.stringMatching(message) as string,
      fix: expect.stringContaining('another folder') as string,
    });
  });

  it('a file in its place', async () => {
    scratch.write('store', '');
    expect((await inspect()).state).toMatchObject({ is: 'unusable' });
  });
});
