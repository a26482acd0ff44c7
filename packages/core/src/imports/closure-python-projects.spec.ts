import { pythonProjectEdges } from './index.js';
import { memoryTree } from './testing/memory-tree.js';
import { brings, closure, projects } from './testing/python-closure.js';
import type { Files } from './testing/python-closure.js';

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
