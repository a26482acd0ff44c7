import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';

import { digestOf } from '../../kernel/index.js';
import { WorkspaceFiles } from './workspace-files.js';
import { WorkspaceSnapshot } from './workspace-snapshot.js';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-files-')));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

describe('WorkspaceFiles', () => {
  it('lists what git does not ignore, sorted, and nothing of tools', () => {
    write({
      '.gitignore': '*.log\n/build/\n!keep.log\n',
      'a.txt': '',
      'b.log': '',
      'keep.log': '',
      'build/x': '',
      'lib/build/x': '',
      'lib/.gitignore': 'secret\n!*.log\n',
      'lib/secret/x': '',
      'lib/c.log': '',
      'node_modules/x/index.js': '',
      '.nx/x': '',
      '.nx-ml/x': '',
      '.git/config': '',
    });
    expect(new WorkspaceFiles(root).list('')).toEqual([
      '.gitignore',
      'a.txt',
      'keep.log',
      'lib/.gitignore',
      'lib/build/x',
      'lib/c.log',
    ]);
    expect(new WorkspaceFiles(root).list('lib', (folder) => folder !== 'lib/build')).toEqual([
      'lib/.gitignore',
      'lib/c.log',
    ]);
    expect(new WorkspaceFiles(root).isIgnored('lib/secret/x')).toBe(true);
    expect(new WorkspaceFiles(root).isIgnored('lib/c.log')).toBe(false);
  });

  it('ignores exactly what git ignores, for random rules', () => {
    execFileSync('git', ['init', '--quiet'], { cwd: root });
    const paths = ['a.txt', 'b.log', 'd/a.txt', 'd/e/b.log', 'd/e/c', 'f/a.txt'];
    write(Object.fromEntries(paths.map((path) => [path, ''])));
    const rule = fc.constantFrom(
      'a.txt',
      '*.log',
      '/d',
      'd/',
      '!b.log',
      '!*.txt',
      '**/e',
      'd/**',
      '/a.txt',
      'c',
      '!d/e/c',
      '# x',
      '',
    );
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), fc.array(rule, { maxLength: 3 }), (outer, inner) => {
        write({ '.gitignore': `${outer.join('\n')}\n`, 'd/.gitignore': `${inner.join('\n')}\n` });
        const listed = execFileSync(
          'git',
          ['-c', 'core.excludesFile=/dev/null', 'ls-files', '-o', '--exclude-standard'],
          { cwd: root, encoding: 'utf8' },
        );
        expect(new WorkspaceFiles(root).list('')).toEqual(listed.trim().split('\n').sort());
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same listing whatever the mode of files, and follows links once', () => {
    write({ 'm/a.py': 'x', 'm/b.py': 'y' });
    const before = new WorkspaceFiles(root).list('m');
    chmodSync(join(root, 'm/a.py'), 0o755);
    expect(new WorkspaceFiles(root).list('m')).toEqual(before);
    symlinkSync('..', join(root, 'm/loop'));
    symlinkSync('a.py', join(root, 'm/link.py'));
    symlinkSync('nowhere', join(root, 'm/dangling'));
    expect(new WorkspaceFiles(root).list('m')).toEqual(['m/a.py', 'm/b.py', 'm/link.py']);
  });

  it('digests anew after every change, even one that keeps size and mtime', () => {
    write({ 'a.txt': 'one' });
    const files = new WorkspaceFiles(root);
    expect(files.digestOf('a.txt')).toBe(digestOf('one'));
    utimesSync(join(root, 'a.txt'), 1, 1);
    expect(files.digestOf('a.txt')).toBe(digestOf('one'));
    write({ 'a.txt': 'two' });
    utimesSync(join(root, 'a.txt'), 1, 1);
    expect(files.digestOf('a.txt')).toBe(digestOf('two'));
    expect(files.readText('a.txt')).toBe('two');
    expect(files.readText('nothing')).toBeUndefined();
  });

  it('digests a file of several chunks as a whole, and an empty one', () => {
    const text = 'x'.repeat(2_500_001);
    write({ 'big.bin': text, 'empty.bin': '' });
    expect(new WorkspaceFiles(root).digestOf('big.bin')).toBe(digestOf(text));
    expect(new WorkspaceFiles(root).digestOf('empty.bin')).toBe(digestOf(''));
  });

  it('refuses a file that cannot be read, by name', () => {
    expect(() => new WorkspaceFiles(root).digestOf('gone.py')).toThrow(/gone\.py cannot be read/);
  });

  it('tells where a file really lies', () => {
    write({ 'a.txt': '', 'lib/b.txt': '' });
    symlinkSync('lib', join(root, 'near'));
    symlinkSync('../a.txt', join(root, 'lib/a.txt'));
    symlinkSync(tmpdir(), join(root, 'out'));
    symlinkSync('nowhere', join(root, 'broken'));
    const files = new WorkspaceFiles(root);
    const paths = ['a.txt', 'near/b.txt', 'near/a.txt', 'out', 'broken'];
    expect(paths.map((path) => files.realPath(path))).toEqual([
      'a.txt',
      'lib/b.txt',
      'a.txt',
      undefined,
      undefined,
    ]);
  });

  it('finds by glob, with excludes, also outside the folder and among ignored files', () => {
    write({ '.gitignore': 'data.csv\n', 'm/data.csv': '', 'm/x.py': '', 'lib/y.py': '', 'lib/z.py': '' });
    const files = new WorkspaceFiles(root);
    expect(files.glob('m', ['*.csv'])).toEqual(['m/data.csv']);
    expect(files.glob('m', ['../lib/**/*.py', '!../lib/z.py'])).toEqual(['lib/y.py']);
  });
});

describe('WorkspaceSnapshot', () => {
  it('says what it first saw, and a new one what there is now', () => {
    write({ 'lib/a.mjs': 'one' });
    const files = new WorkspaceFiles(root);
    const facts = (view: WorkspaceSnapshot) => ({
      a: view.readText('lib/a.mjs'),
      digest: view.digestOf('lib/a.mjs'),
      hasB: view.isFile('lib/b.mjs'),
      real: view.realPath('lib/a.mjs'),
      names: view.listFolder('lib'),
    });
    const before = new WorkspaceSnapshot(files);
    const seen = facts(before);
    expect(seen).toMatchObject({ a: 'one', digest: digestOf('one'), hasB: false, names: ['a.mjs'] });
    write({ 'lib/a.mjs': 'other', 'lib/b.mjs': '' });
    expect(facts(before)).toEqual(seen);
    expect(facts(new WorkspaceSnapshot(files))).toMatchObject({ a: 'other', hasB: true });
  });

  it('asks again for what failed', () => {
    const view = new WorkspaceSnapshot(new WorkspaceFiles(root));
    expect(() => view.digestOf('late')).toThrow('late cannot be read');
    write({ late: 'x' });
    expect(view.digestOf('late')).toBe(digestOf('x'));
  });
});
