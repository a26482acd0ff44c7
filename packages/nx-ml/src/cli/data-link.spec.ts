import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runCli } from './run-cli.js';

describe('nx-ml data, by link', () => {
  let root: string;
  const before = process.env['NX_ML_STORE'];

  const at = (path: string): string => join(root, path);
  const write = (path: string, text: string): void => {
    fs.mkdirSync(dirname(at(path)), { recursive: true });
    fs.writeFileSync(at(path), text);
  };
  const ask = async (words: string): Promise<string> => {
    let text = '';
    const code = await runCli(['data', ...words.split(' ')], { cwd: root, write: (part) => (text += part) });
    expect(code).toBe(0);
    return text;
  };
  const isLocked = (path: string): boolean => {
    const { mode, nlink } = fs.statSync(at(path));
    return (mode & 0o222) === 0 && nlink > 1;
  };

  beforeEach(() => {
    root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'nx-ml-link-cli-')));
    process.env['NX_ML_STORE'] = at('.store');
    write('nx.json', '{}');
    write('.gitignore', '.store\n.nx-ml\n');
    for (const name of ['1', '2', '3']) write(`d/pics/${name}`, name);
    execFileSync('git', ['init', '--quiet'], { cwd: root });
  });
  afterEach(() => {
    if (before === undefined) delete process.env['NX_ML_STORE'];
    else process.env['NX_ML_STORE'] = before;
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('locks, unlocks, and writes the pointer that a copy has', async () => {
    const text = await ask('add --link d/pics');
    expect(text).toMatch(/^d\/pics\.ref\.json {2}3 B in 3 files {2}\S+\n/);
    expect(['1', '2', '3'].map((name) => isLocked(`d/pics/${name}`))).toEqual([true, true, true]);
    expect(await ask('add d/pics')).toMatch(/unchanged/);
    expect(await ask('status')).toMatch(/All data is as its pointer says/);
    expect(await ask('unlock d/pics')).toBe('d/pics  3 of 3 files unlocked\n');
    fs.appendFileSync(at('d/pics/1'), ' edited');
    expect(await ask('status')).toMatch(/pics/);
    expect(await ask('add --link d/pics')).not.toMatch(/unchanged/);
    expect(fs.readFileSync(at('d/pics/1'), 'utf8')).toBe('1 edited');
    expect(isLocked('d/pics/1')).toBe(true);
  });

  it('tells what stayed a copy and why, in words and in JSON', async () => {
    fs.linkSync(at('d/pics/1'), at('elsewhere'));
    expect(JSON.parse(await ask('add --link --json d/pics'))).toMatchObject({
      files: 3,
      copied: { 'other-names': 1 },
    });
    expect(await ask('add --link d/pics')).toMatch(/\n {2}1 file copied, not linked: .*hard links.*\n$/);
  });

  it('checks out by link where it is asked to, and as copies to edit where it is not', async () => {
    await ask('add d/pics');
    fs.rmSync(at('d/pics'), { recursive: true });
    await ask('checkout --link d/pics');
    expect(isLocked('d/pics/2')).toBe(true);
    fs.rmSync(at('d/pics/2'));
    await ask('checkout d/pics');
    expect([isLocked('d/pics/1'), isLocked('d/pics/2')]).toEqual([true, false]);
  });

  it('is no way to fill the cache of DVC', async () => {
    await expect(ask('add --link --dvc d/pics')).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
    await expect(ask('unlock ../elsewhere')).rejects.toMatchObject({ code: 'ERR_ML_PATH_UNSAFE' });
  });
});
