import { parseImports } from './index.js';
import type { FileImports, PythonImport } from './index.js';

/** `from ..a import b` as `..a:b`, a plain import as its dotted name. */
function read(source: string, path = 'a.py'): string[] {
  return parseImports(path, source).imports.map((each) => {
    const { level, module, names, star } = each as PythonImport;
    const list = star ? '*' : names.join(',');
    return `${'.'.repeat(level)}${module}${list === '' ? '' : `:${list}`}`;
  });
}

function open(source: string): (string | undefined)[] {
  return parseImports('a.py', source).open.map((each) => each.package ?? each.reason);
}

describe('Python import statements', () => {
  it.each<[string, string[]]>([
    ['import a', ['a']],
    ['import a.b.c as d, e', ['a.b.c', 'e']],
    ['import a.b as c, d.e as f, g', ['a.b', 'd.e', 'g']],
    ['from . import x', ['.:x']],
    ['from .. import x, y as z', ['..:x,y']],
    ['from .pkg import *', ['.pkg:*']],
    ['from a import *', ['a:*']],
    ['from ..a import (b, c)', ['..a:b,c']],
    ['from ..a import (b as d, # first\n  c, )', ['..a:b,c']],
    ['from ...a.b import c', ['...a.b:c']],
    ['from ... import c', ['...:c']],
    ['from ....a import c', ['....a:c']],
    ['from . a import c', ['.a:c']],
    ['from a import match, type, case, print', ['a:match,type,case,print']],
    ['import a; import b; x = 1', ['a', 'b']],
    ['import a, \\\n  b', ['a', 'b']],
    ['from a \\\n  import b', ['a:b']],
    ['from \\\n a.b \\\n import \\\n c', ['a.b:c']],
    ['def f():\n  import a\n  from b import c', ['a', 'b:c']],
    ['class A:\n\timport a', ['a']],
    ['async def f():\n  import a', ['a']],
    ['try:\n  import a\nexcept ImportError:\n  import b as a\nfinally:\n  import c', ['a', 'b', 'c']],
    ['try: import a\nexcept ImportError: a = None', ['a']],
    ['if TYPE_CHECKING:\n  from a import B', ['a:B']],
    ['if x: import a\nelif y: import b\nelse: import c', ['a', 'b', 'c']],
    ['with x: import a', ['a']],
    ['match x:\n  case 1:\n    import a', ['a']],
    ['from __future__ import annotations', ['__future__:annotations']],
    ['"""import no"""\n# import no\nx = "import no"\nimport a', ['a']],
    ['import \u00e9t\u00e9', ['\u00e9t\u00e9']],
    ['import e\u0301te\u0301', ['\u00e9t\u00e9']],
    ['', []],
  ])('%j', (source, imports) => {
    expect(read(source)).toEqual(imports);
  });

  it.each<[string, string]>([
    ['byte order mark', '\uFEFFimport a\nimport b\n'],
    ['CRLF', 'import a\r\nimport b\r\n'],
    ['CRLF within a statement', 'import a, \\\r\n  b\r\n'],
    ['CR alone', 'import a\rimport b\r'],
    ['tabs', 'if x:\n\tif y:\n        \timport a\nimport b'],
    ['form feed', 'import a\n\f\nimport b'],
    ['form feed before an indented line', 'if x:\n  import a\n\f\nif y:\n\f  import b'],
    ['encoding declaration', '#!/usr/bin/python\n# -*- coding: latin-1 -*-\nimport a\nimport b'],
    ['no newline at the end', 'import a\nimport b'],
  ])('takes %s', (_, source) => {
    expect(read(source)).toEqual(['a', 'b']);
  });

  it('says where an import stands', () => {
    expect(parseImports('a.py', 'x = 1\n\nfrom a import (\n  b,\n)\n').imports).toEqual([
      {
        kind: 'python',
        line: 3,
        text: 'from a import ( b, )',
        level: 0,
        module: 'a',
        names: ['b'],
        star: false,
      },
    ]);
  });

  it('reads .pyw, .pyx with cimport, and scripts that only their first line gives away', () => {
    expect(read('import a', 'a.pyw')).toEqual(['a']);
    expect(read('cimport a.b\nfrom c cimport d\nimport e\ncdef int x = 1', 'a.pyx').sort()).toEqual([
      'a.b',
      'c:d',
      'e',
    ]);
    expect(read('#!/usr/bin/env python3\nimport a', 'bin/train')).toEqual(['a']);
    expect(read('import a', 'bin/train')).toEqual([]);
  });
});

describe('Python text that does not parse', () => {
  it.each<[string, string[]]>([
    ['import a\ndef f(:\n  import b\nimport c', ['a', 'b', 'c']],
    ['import a\nx = (\nimport b', ['a', 'b']],
    ['x = """never closed\nimport a', ['a']],
    ['print "python 2"\nimport a', ['a']],
    ['yield\nx = 4.\ny = yield\nimport a', ['a']],
    ['f(\nfrom a import (b, # (x)\n c)\ntry: import d', ['a:b,c', 'd']],
    ['f(\nif x: from . import (a,\n b)', ['.:a,b']],
    ['f(\nx = 1; from ..a import *', ['..a:*']],
    ['f(\nfrom a \\\n import b', ['a:b']],
    ['f(\nfrom here on we import things from (there\nimport a', ['a', 'things']],
    ['f(\nx = import_module("a.b")', ['a.b']],
  ])('%j', (source, imports) => {
    const found = read(source);
    expect([...new Set(found)].sort()).toEqual(imports);
  });

  it('takes a computed call for open', () => {
    expect(open('f(\nx = __import__(name)')).toContain('not-literal');
  });
});

describe('Python calls that import', () => {
  it.each<[string, string[]]>([
    ['import importlib\nimportlib.import_module("a.b")', ['importlib', 'a.b']],
    ['import importlib as il\nil.import_module("a.b")', ['importlib', 'a.b']],
    ['import importlib.util\nimportlib.import_module("a")', ['importlib.util', 'a']],
    ['from importlib import import_module\nimport_module("a")', ['importlib:import_module', 'a']],
    ['from importlib import import_module as im\nim("a")', ['importlib:import_module', 'a']],
    [
      'def f():\n  return im("a")\nfrom importlib import import_module as im',
      ['importlib:import_module', 'a'],
    ],
    ['from importlib import *\nimport_module("a")', ['importlib:*', 'a']],
    ['import importlib\nimportlib.import_module(name="a")', ['importlib', 'a']],
    ['import importlib\nimportlib.import_module("a" ".b")', ['importlib', 'a.b']],
    ['import importlib\nimportlib.import_module("a." + "b")', ['importlib', 'a.b']],
    ['import importlib\nimportlib.import_module(r"a.b")', ['importlib', 'a.b']],
    ['import importlib\nimportlib.import_module(f"a.b")', ['importlib', 'a.b']],
    ['import importlib\nimportlib.import_module("""a.b""")', ['importlib', 'a.b']],
    ['import importlib\nimportlib.import_module(".b", "a.c")', ['importlib', 'a.c.b']],
    ['import importlib\nimportlib.import_module("..b", package="a.c")', ['importlib', 'a.b']],
    ['import importlib\nimportlib.import_module(".b", package=__package__)', ['importlib', '.b']],
    ['import importlib\nimportlib.import_module("..b", __name__)', ['importlib', '..b', '.b']],
    ['import importlib\nimportlib.import_module(__name__ + ".b")', ['importlib', '.b']],
    ['import importlib\nimportlib.import_module(f"{__package__}.b")', ['importlib', '.b']],
    ['__import__("a.b")', ['a.b']],
    ['__import__("a", fromlist=["b", "c"])', ['a:b,c']],
    ['__import__("a", globals(), locals(), ["b"], 0)', ['a:b']],
    ['__import__("a", globals(), locals(), ("b",), 1)', ['.a:b']],
    ['import builtins\nbuiltins.__import__("a")', ['builtins', 'a']],
    ['from importlib.util import find_spec\nif find_spec("a.b"): pass', ['importlib.util:find_spec', 'a.b']],
    ['from importlib.resources import files\nfiles("a.data")', ['importlib.resources:files', 'a.data']],
    ['other.import_module("a")', []],
  ])('%j', (source, imports) => {
    expect(parseImports('a.py', source).open).toEqual([]);
    expect(read(source)).toEqual(imports);
  });

  const load = 'from importlib import import_module as load\n';
  it.each<[string, (string | undefined)[]]>([
    [`${load}load(name)`, ['not-literal']],
    [`${load}load(f"a.b.{x}")`, ['a.b']],
    [`${load}load(f"a.b.c_{x}.d")`, ['a.b']],
    [`${load}load("a.%s" % x)`, ['a']],
    [`${load}load("a.b.{}".format(x))`, ['a.b']],
    [`${load}load("a.b." + x + ".c")`, ['a.b']],
    [`${load}load(f"a{x}")`, ['not-literal']],
    [`${load}load(f".{x}", __package__)`, ['.']],
    [`${load}load(f"{__name__}.plugins.{x}")`, ['.plugins']],
    [`${load}load(__package__ + "." + x)`, ['.']],
    [`${load}load(f".{x}", package="a.b")`, ['a.b']],
    [`${load}load(".b", package)`, ['not-literal']],
    [`${load}load(*args)`, ['not-literal']],
    [`${load}again = load`, ['not-literal']],
    [`${load}list(map(load, names))`, ['not-literal']],
    ['import importlib\ngetattr(importlib, name)("a")', ['not-literal']],
    ['__import__(name)', ['not-literal']],
    ['__import__("a", fromlist=names)', ['a']],
    ['__import__("a", level=n)', ['not-literal']],
    ['import importlib.util as u\nu.spec_from_file_location("a", path)', ['not-literal']],
    ['from importlib.machinery import SourceFileLoader as L\nL("a", "a.py").load_module()', ['not-literal']],
    ['import pkgutil\nfor m in pkgutil.walk_packages(p): pass', ['not-literal']],
    ['import lazy_loader as lazy\nlazy.attach(__name__, ["b"])', ['.']],
    ['exec("import a")', []],
    ['import runpy\nrunpy.run_module("a")', []],
  ])('%j is open', (source, expected) => {
    expect(open(source)).toEqual(expected);
  });

  it.each<[string, boolean]>([
    ['import sys\nsys.path.insert(0, "../lib")', true],
    ['import sys\nsys.path += ["../lib"]', true],
    ['import sys\nsys.path[0:0] = ["../lib"]', true],
    ['import sys\nsys.path = [x] + sys.path', true],
    ['from sys import path as p\np.append(x)', true],
    ['import sys as s\ns.path.extend(x)', true],
    ['import site\nsite.addsitedir("x")', true],
    ['import sys\nsys.meta_path.insert(0, Finder())', true],
    ['__path__.append("x")', true],
    ['import a\na.__path__ = ["x"]', true],
    ['import sys\nprint(sys.path)\nif x not in sys.path: pass\nfor p in sys.path: pass', false],
    ['__path__ = __import__("pkgutil").extend_path(__path__, __name__)', false],
    ['import os\nos.path.join(a, b)', false],
  ])('%j changes the search path: %p', (source, changes) => {
    expect(open(source)).toEqual(changes ? ['search-path'] : []);
  });
});

describe('what `from module import *` loads', () => {
  it.each<[string, FileImports['starNames']]>([
    ['x = 1', undefined],
    ['__all__ = ["a", "b"]', ['a', 'b']],
    ['__all__ = ("a",)', ['a']],
    ['__all__: list[str] = ["a"]', ['a']],
    ['__all__ = ["a"]\n__all__ += ["b"]\n__all__.append("c")\n__all__.extend(["d"])', ['a', 'b', 'c', 'd']],
    ['__all__ = []', []],
    ['__all__ = ["a"] + b.__all__', 'any'],
    ['__all__ = [n for n in dir()]', 'any'],
    ['__all__ = ["a"]\n__all__ += names()', 'any'],
    ['__all__, x = ["a"], 1', 'any'],
    ['__all__ = ["a"]\nprint(__all__)\nx = __all__', ['a']],
  ])('%j', (source, names) => {
    expect(parseImports('a.py', source).starNames).toEqual(names);
  });
});
