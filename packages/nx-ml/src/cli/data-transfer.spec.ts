import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runCli } from './run-cli.js';

const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });

describe('Data of two clones with a remote', () => {
  let base: string;
  let written: string;
  const before = { ...process.env };
  const at = (path: string): string => join(base, path);
  const write = (path: string, content: string | Buffer): void => {
    fs.mkdirSync(dirname(at(path)), { recursive: true });
    fs.writeFileSync(at(path), content);
  };
  const read = (path: string): string => fs.readFileSync(at(path), 'utf8');

  /** In a clone, which has a store of its own. */
  const run = (clone: string, ...args: readonly string[]): Promise<number> => {
    process.env['NX_ML_STORE'] = at(`${clone}-store`);
    written = '';
    return runCli(args, { cwd: at(clone), write: (text) => (written += text) });
  };
  const answer = async (clone: string, ...args: readonly string[]): Promise<unknown> => {
    expect(await run(clone, ...args, '--json')).toBe(0);
    return JSON.parse(written);
  };
  /** What git would bring. */
  const share = (from: string, to: string): void => {
    for (const name of fs.readdirSync(at(from), { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.ref.json')) write(join(to, name), read(join(from, name)));
  };

  beforeEach(async () => {
    base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'nx-ml-two-')));
    fs.mkdirSync(at('remote'));
    delete process.env['NX_ML_OFFLINE'];
    process.env['NX_ML_REMOTE'] = at('remote');
    for (const clone of ['a', 'b']) write(`${clone}/nx.json`, '{}');
    for (let file = 0; file < 20; file += 1)
      write(`a/data/mails/${file % 2 === 0 ? 'ham' : 'spam'}/${String(file)}`, `mail ${String(file)}`);
    write('a/data/large.bin', Buffer.alloc(1_500_000, 'large'));
    await run('a', 'data', 'add', 'data/mails', 'data/large.bin');
    share('a', 'b');
  });
  afterEach(() => {
    process.env = { ...before };
    fs.rmSync(base, { recursive: true, force: true });
  });

  it('is pushed by one and pulled by the other', async () => {
    expect(await answer('a', 'data', 'push', '--dry-run')).toMatchObject({ objects: 22, dryRun: true });
    expect(fs.readdirSync(at('remote'))).toEqual([]);
    expect(await answer('a', 'data', 'push')).toMatchObject({ objects: 22, there: 0 });
    await run('a', 'data', 'push');
    expect(written).toBe(`nothing to push: ${at('remote')} has all 22 objects\n`);
    await run('b', 'data', 'pull', '--dry-run');
    expect(written).toContain('data/mails      20 files to place\nwould pull 21 objects');
    expect(fs.existsSync(at('b/data/mails'))).toBe(false);
    await run('b', 'data', 'pull');
    expect(written).toContain(
      'data/large.bin  1 file placed\ndata/mails      20 files placed\npulled 21 objects',
    );
    expect(read('b/data/mails/spam/7')).toBe('mail 7');
    expect(fs.statSync(at('b/data/large.bin')).size).toBe(1_500_000);
    await run('b', 'data', 'pull');
    expect(written).toBe('all data is what its pointers say\n');
  });

  it('comes in part', async () => {
    await run('a', 'data', 'push');
    expect(await answer('b', 'data', 'pull', 'data/mails/ham')).toMatchObject({
      objects: 10,
      data: [{ path: 'data/mails/ham', placed: 10, removed: 0 }],
    });
    expect(fs.readdirSync(at('b/data/mails'))).toEqual(['ham']);
    await run('b', 'data', 'pull', 'data/mails');
    expect(fs.readdirSync(at('b/data/mails/spam'))).toHaveLength(10);
    await expect(run('b', 'data', 'pull', 'data/mails/none')).rejects.toEqual(code('ERR_ML_DATA_MISSING'));
  });

  it('follows its pointer, file by file, and keeps what would be lost', async () => {
    await run('a', 'data', 'push');
    await run('b', 'data', 'pull');
    fs.rmSync(at('a/data/mails/ham'), { recursive: true });
    write('a/data/mails/ham', 'a file where a folder was');
    write('a/data/mails/spam/1', 'edited');
    await run('a', 'data', 'add', 'data/mails');
    await run('a', 'data', 'push');
    share('a', 'b');
    const untouched = fs.statSync(at('b/data/mails/spam/3')).ino;
    expect(await answer('b', 'data', 'pull')).toMatchObject({
      data: [{ placed: 0 }, { path: 'data/mails', placed: 2, removed: 10 }],
    });
    expect([read('b/data/mails/ham'), read('b/data/mails/spam/1')]).toEqual([
      'a file where a folder was',
      'edited',
    ]);
    expect(fs.statSync(at('b/data/mails/spam/3')).ino).toBe(untouched);

    write('b/data/mails/spam/1', 'only here');
    write('b/data/mails/new', 'only here, too');
    await expect(run('b', 'data', 'checkout')).rejects.toMatchObject({
      code: 'ERR_ML_DATA_DRIFT',
      detail: ['data/mails/new', 'data/mails/spam/1'],
    });
    expect(read('b/data/mails/new')).toBe('only here, too');
    await run('b', 'data', 'checkout', '--force');
    expect([read('b/data/mails/spam/1'), fs.existsSync(at('b/data/mails/new'))]).toEqual(['edited', false]);
  });

  it('tells what is nowhere, that there is no remote, and that it may not be asked', async () => {
    await expect(run('b', 'data', 'pull')).rejects.toEqual(code('ERR_ML_OBJECT_MISSING'));
    await expect(run('b', 'data', 'push')).rejects.toEqual(code('ERR_ML_OBJECT_MISSING'));
    await expect(run('b', 'data', 'checkout')).rejects.toEqual(code('ERR_ML_OBJECT_MISSING'));
    process.env['NX_ML_OFFLINE'] = '1';
    await expect(run('a', 'data', 'push')).rejects.toEqual(code('ERR_ML_REMOTE_UNAVAILABLE'));
    process.env['NX_ML_REMOTE'] = '';
    await expect(run('a', 'data', 'push')).rejects.toEqual(code('ERR_ML_USAGE'));
    delete process.env['NX_ML_OFFLINE'];
    expect(await run('a', 'data', 'push', '--remote', at('remote'))).toBe(0);
    delete process.env['NX_ML_REMOTE'];
    write('b/nx.json', JSON.stringify({ plugins: [{ plugin: 'nx-ml', options: { remote: at('remote') } }] }));
    expect(await run('b', 'data', 'pull')).toBe(0);
  });
});
