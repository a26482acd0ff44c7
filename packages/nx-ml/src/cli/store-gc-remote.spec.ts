import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runCli } from './run-cli.js';

describe('nx-ml store gc --remote', () => {
  let base: string;
  let written: string;
  const before = { ...process.env };
  const at = (path: string): string => join(base, path);
  const write = (path: string, content: string | Buffer): void => {
    fs.mkdirSync(dirname(at(path)), { recursive: true });
    fs.writeFileSync(at(path), content);
  };
  const run = (clone: string, ...args: readonly string[]): Promise<number> => {
    process.env['NX_ML_STORE'] = at(`${clone}-store`);
    written = '';
    return runCli(args, { cwd: at(clone), write: (text) => (written += text) });
  };
  const remoteFiles = (): readonly string[] =>
    fs
      .readdirSync(at('remote'), { recursive: true, withFileTypes: true })
      .flatMap((item) => (item.isFile() ? [join(item.parentPath, item.name)] : []))
      .sort();

  beforeEach(async () => {
    base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'nx-ml-gc-remote-')));
    fs.mkdirSync(at('remote'));
    process.env['NX_ML_OFFLINE'] = '';
    process.env['NX_ML_REMOTE'] = at('remote');
    for (const clone of ['a', 'b']) {
      write(`${clone}/nx.json`, '{}');
      for (let file = 0; file < 3; file += 1)
        write(`${clone}/data/rows/${String(file)}`, `${clone} ${String(file)}`);
      await run(clone, 'data', 'add', 'data/rows');
      await run(clone, 'data', 'push');
    }
    write('a/data/large', Buffer.alloc(1_500_000, 'large'));
    await run('a', 'data', 'add', 'data/large');
    await run('a', 'data', 'push');
  });
  afterEach(() => {
    process.env = { ...before };
    fs.rmSync(base, { recursive: true, force: true });
  });

  it('tells what nothing here needs, who else pushed there, and deletes nothing', async () => {
    fs.rmSync(at('a/data/large.ref.json'));
    const there = remoteFiles();
    expect(await run('a', 'store', 'gc', '--remote')).toBe(0);
    expect(written).toContain(
      `${at('remote')}: 9 objects in 12 files of 1.5 MB, looked at with 1 workspace and 0 git repositories of this machine.`,
    );
    // The large file, and the packs of the other clone: its rows and their list.
    expect(written).toContain('3 files of 1.5 MB hold nothing that is known to be needed.');
    expect(written).toMatch(/These pushed there as well, .*\n {2}.*:\/.*\/b {2}last on \d{4}-/);
    expect(await run('a', 'store', 'gc', '--remote', at('remote'), '--plan')).toBe(0);
    expect(written).toMatch(/nothing known here needs +5 objects +1.5 MB/);
    expect(written).toMatch(/pointers in a working tree +4 objects/);
    expect(await run('a', 'store', 'gc', '--remote', '--json')).toBe(0);
    expect(JSON.parse(written)).toMatchObject({
      objects: 9,
      users: [{ path: expect.anything() as string }, {}],
      problems: [],
    });
    expect(remoteFiles()).toEqual(there);
  });

  it('refuses to delete there', async () => {
    for (const more of [[], ['--plan'], [at('remote')]])
      await expect(run('a', 'store', 'gc', '--delete', '--remote', ...more)).rejects.toMatchObject({
        code: 'ERR_ML_USAGE',
        message: expect.stringContaining('Nothing is deleted from a remote') as string,
      });
  });

  it('fails where the remote cannot be looked at', async () => {
    fs.rmSync(at('remote'), { recursive: true });
    await expect(run('a', 'store', 'gc', '--remote')).rejects.toMatchObject({ name: 'MlError' });
    process.env['NX_ML_OFFLINE'] = '1';
    await expect(run('a', 'store', 'gc', '--remote')).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_UNAVAILABLE',
    });
  });
});
