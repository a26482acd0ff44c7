import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runCli } from './run-cli.js';

describe('nx-ml store verify with a remote', () => {
  let base: string;
  let written: string;
  const before = { ...process.env };
  const at = (path: string): string => join(base, path);
  const write = (path: string, content: string | Buffer): void => {
    fs.mkdirSync(dirname(at(path)), { recursive: true });
    fs.writeFileSync(at(path), content);
  };
  const run = (...args: readonly string[]): Promise<number> => {
    written = '';
    return runCli(args, { cwd: at('ws'), write: (text) => (written += text) });
  };
  const files = (folder: string): readonly string[] =>
    fs
      .readdirSync(at(folder), { recursive: true, withFileTypes: true })
      .flatMap((item) => (item.isFile() ? [join(item.parentPath, item.name)] : []));
  const damage = (path: string): void => {
    fs.chmodSync(path, 0o644);
    const bytes = fs.readFileSync(path);
    fs.writeFileSync(path, bytes.fill(0x7a, bytes.length - 2));
  };
  const objectOf = (size: number): string =>
    files('store/objects').find((path) => fs.statSync(path).size === size) ?? '';

  beforeEach(async () => {
    base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'nx-ml-verify-')));
    fs.mkdirSync(at('remote'));
    process.env['NX_ML_OFFLINE'] = '';
    process.env['NX_ML_STORE'] = at('store');
    write(
      'ws/nx.json',
      JSON.stringify({ plugins: [{ plugin: 'nx-ml', options: { remote: at('remote') } }] }),
    );
    delete process.env['NX_ML_REMOTE'];
    for (let file = 0; file < 5; file += 1) write(`ws/data/mails/${String(file)}`, 'x'.repeat(10 + file));
    write('ws/data/large.bin', Buffer.alloc(1_500_000, 'large'));
    await run('data', 'add', 'data/mails', 'data/large.bin');
    await run('data', 'push');
  });
  afterEach(() => {
    process.env = { ...before };
    fs.rmSync(base, { recursive: true, force: true });
  });

  it('mends what is damaged from files here, else from the remote, and says from where', async () => {
    damage(objectOf(1_500_000));
    damage(objectOf(12));
    expect(await run('store', 'verify')).toBe(1);
    fs.rmSync(at('ws/data/mails/2'));
    expect(await run('store', 'verify', '--fix')).toBe(0);
    expect(written).toContain('2 put back');
    expect(written).toContain(`put back from ${at('ws/data/large.bin')}`);
    expect(written).toContain(`put back from ${at('remote')}`);
    expect(await run('store', 'verify')).toBe(0);
  });

  it('brings what the workspace needs and the store lacks, lists of files first', async () => {
    for (const path of files('store/objects')) fs.rmSync(path);
    for (const name of ['mails', 'large.bin']) fs.rmSync(at(`ws/data/${name}`), { recursive: true });
    expect(await run('store', 'verify', '--fix')).toBe(0);
    expect(written).toContain(
      `7 objects that this workspace needs were not here, and came from ${at('remote')}.`,
    );
    expect(files('store/objects')).toHaveLength(7);
  });

  it('tells what it could not bring, and why the remote was not asked', async () => {
    fs.rmSync(objectOf(12));
    fs.rmSync(at('ws/data/mails'), { recursive: true });
    process.env['NX_ML_OFFLINE'] = '1';
    expect(await run('store', 'verify', '--fix', '--json')).toBe(1);
    expect(JSON.parse(written)).toMatchObject({ missing: [{ mended: false, from: null }] });
    process.env['NX_ML_OFFLINE'] = '';
    expect(await run('store', 'verify', '--fix')).toBe(0);
    expect(written).toContain(
      `1 object that this workspace needs was not here, and came from ${at('remote')}.`,
    );
    expect(await run('store', 'verify')).toBe(0);
    expect(objectOf(12)).not.toBe('');
  });

  it('looks at a remote: names and sizes, and every byte where it is asked to', async () => {
    expect(await run('store', 'verify', '--remote')).toBe(0);
    expect(written).toMatch(
      / holds 7 objects in \d+ files of .*: names, sizes and indexes are as they should be/,
    );
    expect(await run('store', 'verify', '--remote', at('remote'), '--deep')).toBe(0);
    expect(written).toContain('every byte is as it should be');
    const [large = ''] = files('remote/objects');
    damage(large);
    expect(await run('store', 'verify', '--remote')).toBe(0);
    expect(await run('store', 'verify', '--remote', '--deep')).toBe(1);
    expect(written).toContain('1 object cannot be had from there for it');
    fs.truncateSync(large, 1_200_000);
    expect(await run('store', 'verify', '--remote', '--json')).toBe(1);
    expect(JSON.parse(written)).toMatchObject({
      damaged: [{ why: 'it has 1200000 bytes instead of 1500000', lost: [expect.anything()] }],
    });
    await run('data', 'push', '--again');
    expect(await run('store', 'verify', '--remote', '--deep')).toBe(0);
  });

  it('says what it is not asked well', async () => {
    const refused = expect.objectContaining({ code: 'ERR_ML_USAGE' }) as Error;
    await expect(run('store', 'verify', '--deep')).rejects.toEqual(refused);
    await expect(run('store', 'verify', '--fix', '--remote')).rejects.toEqual(refused);
  });
});
