import fc from 'fast-check';

import { importClosure, pythonProjectEdges } from './index.js';
import type { CodeProject, ImportClosure } from './index.js';
import { memoryTree } from './testing/memory-tree.js';

const projects: CodeProject[] = [
  { name: 'm', root: 'm' },
  { name: 'p', root: 'libs/p', packageName: 'pkg-p' },
  { name: 'q', root: 'libs/q', packageName: 'pkg-q' },
];
type Files = Record<string, string>;

const folders = [
  'm/',
  'm/a/',
  'm/src/',
  'libs/p/',
  'libs/p/src/a/',
  'libs/p/b/',
  'libs/q/',
  'libs/q/a/',
  'libs/q/src/b/',
];
const pythonNames = ['__init__', 'a', 'b', 'c', 'calendar'];
const pythonPath = fc
  .tuple(fc.constantFrom(...folders), fc.constantFrom(...pythonNames))
  .map(([folder, name]) => `${folder}${name}.py`);
const pythonLine = fc.constantFrom(
  ...[
    'import a',
    'import a.b',
    'import b.c',
    'import c',
    'import calendar',
    'import acme',
    'from a import b, c',
  ],
  ...[
    'from . import a',
    'from .. import b',
    'from .a import b',
    'from ..b.c import d',
    'from a import *',
    'from . import *',
  ],
  ...[
    '__all__ = ["b"]',
    '__import__(x)',
    '__import__("a." + x)',
    '__path__ = pkgutil.extend_path(__path__, __name__)',
  ],
);
const scriptPath = fc
  .tuple(
    fc.constantFrom(...folders),
    fc.constantFrom('index.js', 'a.js', 'a.ts', 'b.mjs', 'c.json', 'a/index.ts'),
  )
  .map(([folder, name]) => folder + name);
const scriptLine = fc.constantFrom(
  ...[
    "import './a.js'",
    "import './a'",
    "import '../a'",
    "import './b.mjs'",
    "export * from './c.json'",
    "import 'x'",
  ],
  ...[
    "import 'pkg-p'",
    "import 'pkg-q/a.js'",
    "require('./')",
    'import(x)',
    'import(`./a/${x}`)',
    "import '../../../../x.js'",
  ],
);

/** Python and scripts side by side; each may come without any. */
const filesArbitrary: fc.Arbitrary<Files> = fc
  .tuple(
    fc.dictionary(pythonPath, fc.array(pythonLine, { maxLength: 4 }), { maxKeys: 14 }),
    fc.dictionary(scriptPath, fc.array(scriptLine, { maxLength: 4 }), { maxKeys: 10 }),
    fc.tuple(fc.array(pythonLine, { minLength: 1 }), fc.array(scriptLine, { minLength: 1 })),
  )
  .map(([python, scripts, [main, index]]) => ({
    ...join({ ...python, ...scripts, 'm/train.py': main, 'm/train.js': index }),
    'libs/p/package.json': '{"exports": {".": "./index.js", "./*": "./src/*"}}',
  }));
const entries = ['m/train.py', 'm/train.js'];

function join(files: Record<string, readonly string[]>): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, lines]) => [path, path.endsWith('.json') ? '' : lines.join('\n')]),
  );
}

function closure(files: Files, from: readonly string[] = entries): ImportClosure {
  return importClosure(from, { tree: memoryTree(files), projects });
}

describe('an import closure', () => {
  it('depends on no order: of entries, projects, or names in a folder', () => {
    fc.assert(
      fc.property(filesArbitrary, fc.infiniteStream(fc.nat()), (files, random) => {
        const shuffle = <T>(items: readonly T[]) =>
          items
            .map((item) => ({ item, key: random.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const tree = memoryTree(files, shuffle);
        expect(importClosure(shuffle(entries), { tree, projects: shuffle(projects) })).toEqual(
          closure(files),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('lists each file once, sorted, all of them there', () => {
    fc.assert(
      fc.property(filesArbitrary, (files) => {
        const found = closure(files).files;
        expect(found).toEqual([...new Set(found)].sort());
        expect(found.filter((path) => !Object.hasOwn(files, path))).toEqual([]);
        expect(found).toEqual(expect.arrayContaining(entries));
      }),
      { numRuns: 100 },
    );
  });

  it('never loses a file by one more import', () => {
    const addition = fc.oneof(
      fc.tuple(
        fc.constant('.py'),
        pythonLine.filter((line) => !line.startsWith('__all__') && !line.startsWith('__path__')),
      ),
      fc.tuple(fc.constant('.js'), scriptLine),
    );
    fc.assert(
      fc.property(filesArbitrary, addition, fc.nat(), (files, [extension, line], pick) => {
        const paths = Object.keys(files).filter((path) => path.endsWith(extension));
        const path = paths[pick % paths.length] ?? '';
        const more = closure({ ...files, [path]: `${files[path] ?? ''}\n${line}` });
        expect(more.files).toEqual(expect.arrayContaining([...closure(files).files]));
      }),
      { numRuns: 150 },
    );
  });

  it('holds all that it was found by: without the other files it is the same', () => {
    fc.assert(
      fc.property(filesArbitrary, (files) => {
        const { files: found } = closure(files);
        const kept = Object.entries(files).filter(
          ([path]) => found.includes(path) || path.endsWith('package.json'),
        );
        expect(closure(Object.fromEntries(kept)).files).toEqual(found);
      }),
      { numRuns: 150 },
    );
  });

  it('is closed: the closure of scripts of a closure is the same closure', () => {
    fc.assert(
      fc.property(filesArbitrary, (all) => {
        const files = Object.fromEntries(Object.entries(all).filter(([path]) => !path.endsWith('.py')));
        const { files: found } = closure(files, ['m/train.js']);
        expect(closure(files, found).files).toEqual(found);
      }),
      { numRuns: 100 },
    );
  });

  it('reaches no project that the project edges do not lead to', () => {
    fc.assert(
      fc.property(filesArbitrary, (files) => {
        const tree = memoryTree(files);
        const owner = (path: string) => projects.find(({ root }) => path.startsWith(`${root}/`))?.name;
        const edges = pythonProjectEdges(Object.keys(files), { tree, projects });
        const reachable = new Set(['m']);
        for (let size = 0; size < reachable.size;) {
          size = reachable.size;
          for (const { sourceFile, targetProject } of edges)
            if (reachable.has(owner(sourceFile) ?? '')) reachable.add(targetProject);
        }
        const found = closure(files, ['m/train.py']).files.map(owner);
        expect([...reachable]).toEqual(expect.arrayContaining(found));
      }),
      { numRuns: 150 },
    );
  });
});
