import { importClosure, pythonProjectEdges } from './index.js';
import type { ImportClosure } from './index.js';
import { memoryTree, projectsAt } from './testing/memory-tree.js';

type Files = Readonly<Record<string, string>>;

const projects = projectsAt('models/spam', 'libs/text', 'libs/io', 'libs/other');

function closure(files: Files, entry = 'models/spam/train.py'): ImportClosure {
  return importClosure([entry], { tree: memoryTree(files), projects });
}

/** The files that the entry, with this source, brings along. */
function brings(source: string, files: Files, entry = 'models/spam/train.py'): string[] {
  const found = closure({ ...files, [entry]: source }, entry);
  return found.files.filter((path) => path !== entry);
}

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

describe('Python modules of other projects', () => {
  const files: Files = {
    'libs/text/src/text_features/__init__.py': 'from .tokens import split',
    'libs/text/src/text_features/tokens.py': 'import shared',
    'libs/text/src/text_features/unused.py': '',
    'libs/io/shared.py': '',
    'libs/io/README.md': '',
  };

  it('are followed file by file, through their source roots', () => {
    const found = closure({ ...files, 'models/spam/train.py': 'import text_features, numpy.linalg, json' });
    expect(found).toEqual({
      files: [
        'libs/io/shared.py',
        'libs/text/src/text_features/__init__.py',
        'libs/text/src/text_features/tokens.py',
        'models/spam/train.py',
      ],
      packages: [],
      pythonModules: ['numpy'],
      unresolved: [],
      pythonRoots: ['libs/io', 'libs/text/src'],
    });
  });

  it('own modules go first, else every project that has the module counts', () => {
    const twice: Files = { 'libs/text/utils.py': '', 'libs/io/src/utils.py': '' };
    expect(brings('import utils', twice)).toEqual(['libs/io/src/utils.py', 'libs/text/utils.py']);
    expect(brings('import utils', { ...twice, 'models/spam/utils.py': '' })).toEqual([
      'models/spam/utils.py',
    ]);
  });

  it('a module beside the script goes first, and counts for its libraries too', () => {
    const files: Files = {
      'models/spam/scripts/train.py': 'import utils, shared',
      'models/spam/scripts/utils.py': '',
      'libs/io/shared.py': 'import utils',
      'libs/io/utils.py': '',
      'libs/text/utils.py': '',
    };
    expect(closure(files, 'models/spam/scripts/train.py').files).toEqual([
      'libs/io/shared.py',
      'libs/io/utils.py',
      'models/spam/scripts/train.py',
      'models/spam/scripts/utils.py',
    ]);
  });

  it('namespace packages may be split over projects', () => {
    const split: Files = {
      'libs/text/src/acme/features/__init__.py': 'from acme.io import read\nfrom ..other import x',
      'libs/io/acme/io.py': '',
      'libs/other/src/acme/other.py': '',
      'models/spam/acme/own.py': '',
    };
    const found = closure({ ...split, 'models/spam/train.py': 'from acme import features, own' });
    expect(found.files).toEqual([...Object.keys(split), 'models/spam/train.py'].sort());
    expect(found.pythonRoots).toEqual(['models/spam', 'libs/io', 'libs/other/src', 'libs/text/src']);
    expect(found.pythonModules).toEqual([]);
  });

  it('so may packages that extend their path', () => {
    const split: Files = {
      'models/spam/acme/__init__.py': '__path__ = __import__("pkgutil").extend_path(__path__, __name__)',
      'libs/io/acme/__init__.py': '__path__ = __import__("pkgutil").extend_path(__path__, __name__)',
      'libs/io/acme/io.py': '',
    };
    expect(brings('from acme import io', split)).toEqual(Object.keys(split).sort());
    const closed = { ...split, 'models/spam/acme/__init__.py': '' };
    expect(brings('from acme import io', closed)).toEqual(['models/spam/acme/__init__.py']);
  });

  it('a project that is itself a package is found in its parent, and dotted paths from the workspace root work', () => {
    const files: Files = { 'libs/text/__init__.py': '', 'libs/text/a.py': '', 'libs/io/b.py': '' };
    expect(brings('import text.a', files)).toEqual(['libs/text/__init__.py', 'libs/text/a.py']);
    expect(brings('from libs.io import b', files)).toEqual(['libs/io/b.py']);
  });

  it.each<[string, string]>([
    ['pyproject.toml', '[tool.setuptools.packages.find]\nwhere = ["python"]\n'],
    ['pyproject.toml', '[tool.setuptools.package-dir]\n"" = "python"\n'],
    ['pyproject.toml', '[tool.poetry]\npackages = [\n  { include = "hidden", from = "python" },\n]\n'],
    ['pyproject.toml', '[tool.hatch.build.targets.wheel]\npackages = ["python/hidden"]\n'],
    ['pyproject.toml', '[tool.maturin]\npython-source = "python"\n'],
    ['setup.cfg', '[options]\npackage_dir =\n    = python\n'],
    ['setup.py', 'setup(packages=find_packages("python"), package_dir={"": "python"})\n'],
  ])('a source root that %s names is known: %j', (name, text) => {
    const files = { 'libs/text/python/hidden/__init__.py': '', [`libs/text/${name}`]: text };
    expect(brings('import hidden', files)).toEqual(['libs/text/python/hidden/__init__.py']);
    expect(closure({ ...files, 'models/spam/train.py': 'import hidden' }).pythonRoots).toEqual([
      'libs/text/python',
    ]);
  });

  it('a module of the standard library is not looked for elsewhere, unless its root is on the path anyway', () => {
    const files: Files = { 'libs/io/types.py': '', 'libs/io/shared.py': '', 'libs/text/json.py': '' };
    expect(brings('import types, json', files)).toEqual([]);
    expect(brings('import shared', files)).toEqual(['libs/io/shared.py', 'libs/io/types.py']);
    expect(brings('import os', { 'models/spam/random.py': '' })).toEqual(['models/spam/random.py']);
    expect(brings('import distutils', { 'libs/io/distutils.py': '' })).toEqual(['libs/io/distutils.py']);
  });

  it('a folder of the workspace does not hide an installed package', () => {
    const found = closure({
      'datasets/mails/x.json': '',
      'models/spam/train.py': 'from datasets import load_dataset',
    });
    expect(found).toMatchObject({
      files: ['models/spam/train.py'],
      pythonModules: ['datasets'],
      unresolved: [],
    });
  });
});

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

it('draws project edges from every Python file', () => {
  const tree = memoryTree({
    'models/spam/train.py': 'import text_features\nimport utils\nfrom acme import io',
    'models/spam/utils.py': 'import utils',
    'models/spam/notes.md': 'import other',
    'libs/text/src/text_features/__init__.py':
      'import other\nimport_module = __import__("shared", fromlist=names)',
    'libs/other/other.py': 'import utils',
    'libs/io/shared/a.py': '',
    'libs/io/acme/io.py': '',
  });
  const files = [
    'models/spam/train.py',
    'models/spam/utils.py',
    'models/spam/notes.md',
    'libs/text/src/text_features/__init__.py',
    'libs/other/other.py',
  ];
  expect(pythonProjectEdges(files, { tree, projects })).toEqual([
    { sourceFile: 'libs/other/other.py', targetProject: 'spam' },
    { sourceFile: 'libs/text/src/text_features/__init__.py', targetProject: 'io' },
    { sourceFile: 'libs/text/src/text_features/__init__.py', targetProject: 'other' },
    { sourceFile: 'models/spam/train.py', targetProject: 'io' },
    { sourceFile: 'models/spam/train.py', targetProject: 'text' },
  ]);
});
