import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { WorkspaceFiles } from '../../adapters/workspace-fs/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import { keepOutOfGit, refuseIgnoredPointer } from './keep-out-of-git.js';

describe('what is kept out of git', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-ignore-'));
    execFileSync('git', ['init', '--quiet'], { cwd: root });
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const files = () => {
    const tree = new WorkspaceFiles(root);
    return { tree, isIgnored: (path: string) => tree.isIgnored(path) };
  };

  async function keep(path: string): Promise<string> {
    const write = (file: string, bytes: Uint8Array): Promise<void> => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), bytes);
      return Promise.resolve();
    };
    await keepOutOfGit(path, files(), { write });
    return files().tree.readText(`${dirname(path)}/.gitignore`) ?? '';
  }

  /** As git itself sees it. */
  function ignoredByGit(path: string): boolean {
    try {
      execFileSync('git', ['check-ignore', '--quiet', '--no-index', path], { cwd: root });
      return true;
    } catch {
      return false;
    }
  }

  it.each([
    'raw.csv',
    'data[1].csv',
    'a*.csv',
    'a?.csv',
    '#a.csv',
    '!a.csv',
    'a b',
    'end ',
    'back\\slash',
    'ü.csv',
    'images',
  ])('%j is, by a line that git reads as this name alone, once', async (name) => {
    const first = await keep(`d/${name}`);
    expect(ignoredByGit(`d/${name}`)).toBe(true);
    expect(ignoredByGit(`d/${name}.ref.json`)).toBe(false);
    expect(ignoredByGit(`d/${name}.dvc`)).toBe(false);
    expect(ignoredByGit(`d/x${name}`)).toBe(false);
    expect(await keep(`d/${name}`)).toBe(first);
  });

  it('is left to a rule above, and stands behind lines that have no end', async () => {
    writeFileSync(join(root, '.gitignore'), '*.bin\n');
    expect(await keep('d/a.bin')).toBe('');
    writeFileSync(join(root, 'd.gitignore'), '');
    mkdirSync(join(root, 'd'));
    writeFileSync(join(root, 'd/.gitignore'), '/old.csv');
    expect(await keep('d/new.csv')).toBe('/old.csv\n/new.csv\n');
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('*.bin\n');
  });

  it('is never the pointer: a rule that ignores it is refused, as is a name with a line break', async () => {
    writeFileSync(join(root, '.gitignore'), '*.json\n');
    const refused = failureOf(() => {
      refuseIgnoredPointer('d/a.csv.ref.json', files());
    });
    expect(refused.code).toBe('ERR_ML_DATA_IGNORED');
    expect(refused.fix).toContain('git check-ignore -v d/a.csv.ref.json');
    await expect(keep('d/a\nb')).rejects.toMatchObject({ code: 'ERR_ML_PATH_UNSAFE' });
  });
});
