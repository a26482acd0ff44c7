import { importClosure } from './index.js';
import { memoryTree } from './testing/memory-tree.js';
import { brings, closure, projects } from './testing/python-closure.js';
import type { Files } from './testing/python-closure.js';

describe('Python modules of the own project', () => {
  const files: Files = {
    'models/spam/a/__init__.py': '',
    'models/spam/a/b/__init__.py': '',
    'models/spam/a/b/c.py': '',
    'models/spam/a/d.py': '',
    'models/spam/plain.py': '',
    'models/spam/src/inner/__init__.py': '',
    'models/spam/space/e.py': '',
    'models/spam/stub.pyi': '',
  };
  it.each<[string, string[]]>([
    ['import plain', ['models/spam/plain.py']],
    ['import a', ['models/spam/a/__init__.py']],
    ['import a.b.c', ['models/spam/a/__init__.py', 'models/spam/a/b/__init__.py', 'models/spam/a/b/c.py']],
    [
      'from a.b import c',
      ['models/spam/a/__init__.py', 'models/spam/a/b/__init__.py', 'models/spam/a/b/c.py'],
    ],
    ['from a.b import anything', ['models/spam/a/__init__.py', 'models/spam/a/b/__init__.py']],
    [
      'from a import d, b',
      ['models/spam/a/__init__.py', 'models/spam/a/b/__init__.py', 'models/spam/a/d.py'],
    ],
    ['import inner', ['models/spam/src/inner/__init__.py']],
    ['import space.e', ['models/spam/space/e.py']],
    ['from space import e', ['models/spam/space/e.py']],
    ['import space', []],
    ['import stub', []],
    ['import PLAIN', []],
    ['import A.d', []],
  ])('%j', (source, expected) => {
    expect(brings(source, files)).toEqual(expected);
  });

  it('resolves relative imports and takes the packages around them along', () => {
    const entry = 'models/spam/a/b/main.py';
    const around = ['models/spam/a/__init__.py', 'models/spam/a/b/__init__.py'];
    expect(brings('from . import c', files, entry)).toEqual([...around, 'models/spam/a/b/c.py']);
    expect(brings('from .c import x', files, entry)).toEqual([...around, 'models/spam/a/b/c.py']);
    expect(brings('from .. import d', files, entry)).toEqual([...around, 'models/spam/a/d.py']);
    expect(brings('from ..d import x', files, entry)).toEqual([...around, 'models/spam/a/d.py']);
  });

  it.each<[string, string, string[]]>([
    ['nothing without __all__', 'x = 1', []],
    ['the submodules in __all__', '__all__ = ["d", "x"]', ['models/spam/a/d.py']],
    [
      'every submodule if __all__ is computed',
      '__all__ = names()',
      ['models/spam/a/b/__init__.py', 'models/spam/a/d.py'],
    ],
  ])('import * loads %s', (_, init, expected) => {
    const found = brings('from a import *', { ...files, 'models/spam/a/__init__.py': init });
    expect(found).toEqual(['models/spam/a/__init__.py', ...expected]);
  });

  it('counts native modules and sources without text, each by its whole name', () => {
    const native: Files = {
      'models/spam/n1.cpython-312-x86_64-linux-gnu.so': '',
      'models/spam/n2.abi3.so': '',
      'models/spam/n3.pyd': '',
      'models/spam/n4.pyx': '',
      'models/spam/n5.pyc': '',
      'models/spam/n6.py': '',
      'models/spam/n6.pyc': '',
      'models/spam/n7.extra.py': '',
    };
    expect(brings('import n1, n2, n3, n4, n5, n6, n7', native)).toEqual(
      Object.keys(native).filter((path) => !/n6\.pyc|n7/.test(path)),
    );
  });

  it('what a compiled module imports is not known', () => {
    const found = closure({ 'models/spam/train.py': 'import n', 'models/spam/n.abi3.so': '\0' });
    expect(found.unresolved).toEqual([
      {
        file: 'models/spam/n.abi3.so',
        line: 1,
        text: '*.so',
        reason: 'language',
        projects: ['spam'],
        withDependencies: true,
      },
    ]);
  });

  it('lets a package win over a module, and a module over a namespace', () => {
    const both = { 'models/spam/m.py': '', 'models/spam/m/x.py': '' };
    expect(brings('import m', both)).toEqual(['models/spam/m.py']);
    expect(brings('import m', { ...both, 'models/spam/m/__init__.py': '' })).toEqual([
      'models/spam/m/__init__.py',
    ]);
  });
});

it('takes results of earlier parses', () => {
  const tree = memoryTree({ 'models/spam/train.py': 'no longer read', 'models/spam/a.py': '' });
  const known = {
    imports: [{ kind: 'python', line: 1, text: '', level: 0, module: 'a', names: [], star: false }],
    open: [],
  } as const;
  const importsOf = (path: string) => (path === 'models/spam/train.py' ? known : undefined);
  expect(importClosure(['models/spam/train.py'], { tree, projects, importsOf }).files).toContain(
    'models/spam/a.py',
  );
});
