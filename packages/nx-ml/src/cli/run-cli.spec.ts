import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runCli } from './run-cli.js';

describe('nx-ml', () => {
  let root: string;
  let written: string;
  const before = process.env['NX_ML_STORE'];

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-cli-')));
    written = '';
    process.env['NX_ML_STORE'] = join(root, '.store');
    writeFileSync(join(root, 'nx.json'), '{}');
    mkdirSync(join(root, 'data'));
    writeFileSync(join(root, 'data/rows.csv'), 'a,b\n');
  });

  afterEach(() => {
    if (before === undefined) delete process.env['NX_ML_STORE'];
    else process.env['NX_ML_STORE'] = before;
    rmSync(root, { recursive: true, force: true });
  });

  const run = (args: readonly string[], cwd = root) =>
    runCli(args, { cwd, write: (text) => (written += text) });

  it.each([[], ['--help'], ['help']])('%j tells the commands', async (...args) => {
    expect(await run(args)).toBe(0);
    expect(written).toContain('data add');
    expect(written).toContain('logs');
  });

  it.each([
    ['data', 'add', '--help'],
    ['doctor', '--help'],
    ['logs', '--help'],
    ['init', '--help'],
    ['python', '--help', '-m'],
  ])('%j %j tells usage and examples', async (...args) => {
    await run(args);
    expect(written).toMatch(/^nx-ml /);
    expect(written).toContain('Examples\n');
  });

  it.each([['data'], ['data', '--help'], ['store']])('%j tells the commands below it', async (...args) => {
    expect(await run(args)).toBe(0);
    expect(written).toContain(`  ${args[0]} status `);
    expect(written).not.toContain('doctor');
  });

  it('refuses what it does not know, and names what is near', async () => {
    await expect(run(['log', 'x'])).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
    await expect(run(['data', 'ad'])).rejects.toMatchObject({ fix: 'Did you mean "nx-ml data add"?' });
    await expect(run(['data', 'add'])).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      fix: expect.stringContaining('nx-ml data add PATH') as string,
    });
    await expect(run(['logs', 'x', '--sed', '1'])).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
    await expect(run(['doctor', 'x'])).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
    await expect(run(['logs', 'x:fly'])).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
  });

  it('data add writes the pointer, ignores the bytes, and says when nothing changed', async () => {
    await run(['data', 'add', 'rows.csv'], join(root, 'data'));
    expect(JSON.parse(readFileSync(join(root, 'data/rows.csv.ref.json'), 'utf8'))).toMatchObject({
      kind: 'file',
      size: 4,
    });
    expect(readFileSync(join(root, 'data/.gitignore'), 'utf8')).toBe('/rows.csv\n');
    written = '';
    await run(['data', 'add', 'data/rows.csv', '--json']);
    expect(JSON.parse(written)).toMatchObject({
      pointer: 'data/rows.csv.ref.json',
      changed: false,
      files: 1,
    });
    expect(readFileSync(join(root, 'data/.gitignore'), 'utf8')).toBe('/rows.csv\n');
  });

  it('data add refuses what is outside, missing, empty, or a pointer itself', async () => {
    await expect(run(['data', 'add', '../x'])).rejects.toMatchObject({ code: 'ERR_ML_PATH_UNSAFE' });
    await expect(run(['data', 'add', 'nothing'])).rejects.toMatchObject({ code: 'ERR_ML_DATA_MISSING' });
    await expect(run(['data', 'add', '.'])).rejects.toMatchObject({ code: 'ERR_ML_DATA_MISSING' });
    writeFileSync(join(root, 'x.ref.json'), '{}');
    await expect(run(['data', 'add', 'x.ref.json'])).rejects.toMatchObject({ code: 'ERR_ML_DATA_MISSING' });
  });

  it('init refuses a folder inside a workspace, and an argument', async () => {
    await expect(run(['init'], join(root, 'data'))).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      message: expect.stringContaining('inside the Nx workspace') as string,
    });
    await expect(run(['init', 'folder'])).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
  });

  it('says where it must be run', async () => {
    await expect(run(['data', 'add', 'x'], tmpdir())).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      message: expect.stringContaining('Nx workspace') as string,
    });
  });
});
