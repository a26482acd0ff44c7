import { importClosure } from './index.js';
import { memoryTree } from './testing/memory-tree.js';
import { closure, projects } from './testing/python-closure.js';
import type { Files } from './testing/python-closure.js';

describe('Python imports that cannot be followed', () => {
  const place = { file: 'models/spam/train.py', line: 1 };

  it.each<[string, object]>([
    ['__import__(name)', { reason: 'not-literal', projects: ['spam'], withDependencies: true }],
    ['import sys; sys.path.append(x)', { reason: 'search-path', projects: ['spam'], withDependencies: true }],
    ['from .missing import x', { reason: 'not-found', projects: ['spam'], withDependencies: false }],
    ['from ....far import x', { reason: 'not-found', projects: ['spam'], withDependencies: false }],
    ['import here.missing', { reason: 'not-found', projects: ['text'], withDependencies: false }],
  ])('%j', (source, expected) => {
    const found = closure({ 'libs/text/here/__init__.py': '', 'models/spam/train.py': source });
    expect(found.unresolved).toEqual([{ ...place, text: expect.any(String) as string, ...expected }]);
  });

  it('a known package narrows them to all that is in it', () => {
    const files: Files = {
      'libs/text/plug/__init__.py': '',
      'libs/text/plug/a.py': 'import deep',
      'libs/text/plug/sub/b.py': '',
      'libs/text/other.py': '',
      'libs/io/deep.py': '',
      'models/spam/train.py':
        'from importlib import import_module\nimport_module(f"plug.{x}"); import_module(f"torch.{x}")',
    };
    const found = closure(files);
    expect(found.files).toEqual(
      Object.keys(files)
        .filter((path) => path !== 'libs/text/other.py')
        .sort(),
    );
    expect(found.unresolved).toEqual([]);
    expect(found.pythonModules).toEqual(['torch']);
    expect(found.pythonRoots).toEqual(['libs/io', 'libs/text']);
  });

  it('a script that only its first line gives away is followed alike', () => {
    const files: Files = {
      'models/spam/bin/train': '#!/usr/bin/env python3\nimport beside\n__import__("plug." + x)',
      'models/spam/bin/beside.py': '',
      'libs/text/plug/a.py': '',
    };
    expect(closure(files, 'models/spam/bin/train')).toMatchObject({
      files: Object.keys(files).sort(),
      unresolved: [],
    });
  });

  it('entries that are not there, lie outside, or are in a language that is not read', () => {
    const tree = memoryTree({ 'models/spam/a.ipynb': '{}' });
    const entries = ['models/spam/gone.py', '../out.py', 'models/spam/a.ipynb'];
    expect(importClosure(entries, { tree, projects })).toMatchObject({
      files: ['models/spam/a.ipynb'],
      unresolved: [
        { file: '../out.py', reason: 'outside-workspace', projects: [] },
        { file: 'models/spam/a.ipynb', reason: 'language', projects: ['spam'], withDependencies: true },
        { file: 'models/spam/gone.py', reason: 'not-found', projects: ['spam'] },
      ],
    });
  });

  it('a file that cannot be read', () => {
    const tree = memoryTree({ 'models/spam/train.py': 'import a', 'models/spam/a.py': 'import b' });
    const locked = {
      ...tree,
      readText: (path: string) => (path.endsWith('/a.py') ? undefined : tree.readText(path)),
    };
    expect(importClosure(['models/spam/train.py'], { tree: locked, projects }).unresolved).toEqual([
      {
        file: 'models/spam/a.py',
        line: 1,
        text: 'models/spam/a.py',
        reason: 'unreadable',
        projects: ['spam'],
        withDependencies: true,
      },
    ]);
  });
});
