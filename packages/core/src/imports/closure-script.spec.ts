import { importClosure } from './index.js';
import type { CodeProject, ImportClosure, TsPaths } from './index.js';
import { memoryTree } from './testing/memory-tree.js';

type Files = Readonly<Record<string, string>>;

const projects: CodeProject[] = [
  { name: 'spam', root: 'models/spam' },
  { name: 'text', root: 'libs/text', packageName: '@acme/text' },
  { name: 'io', root: 'libs/io', packageName: 'acme-io' },
];
const entry = 'models/spam/train.mjs';

function closure(source: string, files: Files, tsPaths?: TsPaths): ImportClosure {
  const tree = memoryTree({ ...files, [entry]: source });
  return importClosure([entry], { tree, projects, ...(tsPaths === undefined ? {} : { tsPaths }) });
}

function brings(specifier: string, files: Files, tsPaths?: TsPaths): string[] {
  return closure(`import ${JSON.stringify(specifier)}`, files, tsPaths).files.filter(
    (path) => path !== entry,
  );
}

describe('relative specifiers', () => {
  it.each<[string, string[], string[]]>([
    ['./a.js', ['a.js'], ['a.js']],
    ['./a.js', ['a.ts'], ['a.ts']],
    ['./a.js', ['a.tsx'], ['a.tsx']],
    ['./a.mjs', ['a.mts'], ['a.mts']],
    ['./a.cjs', ['a.cts'], ['a.cts']],
    ['./a.jsx', ['a.tsx'], ['a.tsx']],
    ['./a.js', ['a.js', 'a.ts'], ['a.js', 'a.ts']],
    ...['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'json', 'node', 'vue'].map(
      (extension): [string, string[], string[]] => ['./a', [`a.${extension}`], [`a.${extension}`]],
    ),
    ['./a', ['a.js', 'a.json', 'a/index.js'], ['a.js']],
    ['./a', ['a.d.ts', 'a.js'], ['a.js']],
    ['./a', ['a/index.ts', 'a/index.json'], ['a/index.json', 'a/index.ts']],
    ['./a', ['a/index.js', 'a/index.json'], ['a/index.js']],
    ['./a', ['a.mjs', 'a/index.js'], ['a.mjs', 'a/index.js']],
    ['./a', ['a.ts', 'a.json'], ['a.json', 'a.ts']],
    ['./a/', ['a/index.js'], ['a/index.js']],
    ['./a/', ['a.js', 'a/index.js'], ['a/index.js']],
    ['./', ['index.js', '../spam.js'], ['index.js']],
    ['.', ['index.js'], ['index.js']],
    ['..', ['../index.js'], ['../index.js']],
    ['./a.json', ['a.json'], ['a.json']],
    ['./a.css', ['a.css'], ['a.css']],
    ['./a.js?worker&v=1', ['a.js'], ['a.js']],
    ['./a#b.js', ['a#b.js'], ['a#b.js']],
    ['./a%20b.js', ['a b.js'], ['a b.js']],
    ['./x/../a.js', ['a.js'], ['a.js']],
    ['../spam/a.js', ['a.js'], ['a.js']],
    ['./A.js', ['a.js'], []],
    ['../Spam/a.js', ['a.js'], []],
  ])('%j among %j', (specifier, names, expected) => {
    const files = Object.fromEntries(names.map((name) => [at(name), '']));
    expect(brings(specifier, files)).toEqual(expected.map(at));
  });

  it('a folder by its main', () => {
    const files = {
      [at('a/package.json')]: '{"main": "./lib/b"}',
      [at('a/lib/b.js')]: '',
      [at('a/index.js')]: '',
    };
    expect(brings('./a', files)).toEqual([at('a/lib/b.js')]);
    expect(brings('./a', { ...files, [at('a/package.json')]: '{"main": "."}' })).toEqual([at('a/index.js')]);
    expect(brings('./a', { ...files, [at('a/package.json')]: '{' })).toEqual([at('a/index.js')]);
  });

  it.each<[string, object]>([
    ['./missing.js', { reason: 'not-found', projects: ['spam'], withDependencies: false }],
    ['../../../out.js', { reason: 'outside-workspace', projects: ['spam'], withDependencies: false }],
    ['/etc/a.js', { reason: 'outside-workspace', projects: ['spam'], withDependencies: false }],
    ['file:///etc/a.js', { reason: 'outside-workspace', projects: ['spam'], withDependencies: false }],
    ['@/a', { reason: 'not-found', projects: ['spam'], withDependencies: true }],
    ['#missing', { reason: 'not-found', projects: ['spam'], withDependencies: true }],
  ])('%j is unresolved', (specifier, expected) => {
    expect(closure(`import '${specifier}'`, {}).unresolved).toEqual([
      { file: entry, line: 1, text: `import '${specifier}'`, ...expected },
    ]);
  });

  function at(name: string): string {
    return name.startsWith('../') ? `models/${name.slice(3)}` : `models/spam/${name}`;
  }
});

describe('packages', () => {
  it('tells packages from builtin modules and from what is in the workspace', () => {
    const source = `import 'natural/lib/x'; import '@scope/x/y'; import 'fs'; import 'node:test'; import 'fs/promises';
      import 'punycode/'; import 'data:text/javascript,1'; import './node_modules/deep/a.js'; import '@acme/text'`;
    const found = closure(source, { 'libs/text/index.js': `import 'inner'` });
    expect(found).toMatchObject({
      packages: ['@scope/x', 'deep', 'inner', 'natural', 'punycode'],
      unresolved: [],
    });
    expect(found.files).toEqual(['libs/text/index.js', entry]);
  });

  const sources = { 'libs/text/src/a.js': '', 'libs/text/src/b.ts': '', 'libs/text/src/deep/c.js': '' };
  it.each<[string, string, unknown, string[]]>([
    ['main', '@acme/text', { main: 'src/a.js' }, ['a.js']],
    ['main and module', '@acme/text', { main: 'src/a.js', module: 'src/b.js' }, ['a.js', 'b.ts']],
    ['a main without its extension', '@acme/text', { main: 'src/a' }, ['a.js']],
    ['no main', '@acme/text/src/a', {}, ['a.js']],
    ['a string', '@acme/text', { exports: './src/a.js' }, ['a.js']],
    ['conditions', '@acme/text', { exports: { types: './src/b.ts', default: './src/a.js' } }, ['a.js']],
    [
      'every condition',
      '@acme/text',
      { exports: { source: './src/b.ts', import: './dist/a.js', require: './src/a.js' } },
      ['a.js', 'b.ts'],
    ],
    [
      'nested conditions',
      '@acme/text',
      { exports: { '.': { node: { import: './src/a.js' }, browser: './src/b.ts' } } },
      ['a.js'],
    ],
    ['a list', '@acme/text', { exports: ['./dist/a.js', './src/a.js'] }, ['a.js']],
    ['a subpath', '@acme/text/x', { exports: { './x': './src/a.js', '.': './src/b.ts' } }, ['a.js']],
    ['a pattern', '@acme/text/deep/c', { exports: { './*': './src/*.js' } }, ['deep/c.js']],
    [
      'a pattern with an end',
      '@acme/text/a.js',
      { exports: { './*.js': './src/*.js', './*': './none/*' } },
      ['a.js'],
    ],
    [
      'the longest pattern',
      '@acme/text/deep/c',
      { exports: { './*': './src/a.js', './deep/*': './src/deep/*.js' } },
      ['deep/c.js'],
    ],
    ['a folder mapping', '@acme/text/x/a.js', { exports: { './x/': './src/' } }, ['a.js']],
  ])('workspace package by %s', (_, specifier, manifest, expected) => {
    const files = { ...sources, 'libs/text/package.json': JSON.stringify(manifest) };
    expect(brings(specifier, files)).toEqual(expected.map((name) => `libs/text/src/${name}`));
    expect(closure(`import '${specifier}'`, files).unresolved).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['@acme/text', { main: 'dist/index.js' }],
    ['@acme/text', { exports: { '.': './dist/index.js' } }],
    ['@acme/text/hidden', { exports: { '.': './src/a.js', './hidden': null } }],
  ])('%j that is not there counts its project whole: %j', (specifier, manifest) => {
    const files = { ...sources, 'libs/text/package.json': JSON.stringify(manifest) };
    expect(closure(`import '${specifier}'`, files)).toMatchObject({
      packages: [],
      unresolved: [{ reason: 'not-found', projects: ['text'], withDependencies: true }],
    });
  });

  it('its own imports and its own name', () => {
    const manifest = {
      name: 'spam-model',
      exports: './main.js',
      imports: {
        '#a': './lib/a.js',
        '#b/*': { node: './lib/*.js' },
        '#c': '@acme/text',
        '#d': 'natural',
        '#e': 'node:fs',
      },
    };
    const files = {
      'models/spam/package.json': JSON.stringify(manifest),
      'models/spam/main.js': '',
      'models/spam/lib/a.js': '',
      'models/spam/lib/x.js': '',
      'libs/text/index.js': '',
    };
    expect(brings('#a', files)).toEqual(['models/spam/lib/a.js']);
    expect(brings('#b/x', files)).toEqual(['models/spam/lib/x.js']);
    expect(brings('#c', files)).toEqual(['libs/text/index.js']);
    expect(closure(`import '#d'; import '#e'`, files)).toMatchObject({
      packages: ['natural'],
      unresolved: [],
    });
    expect(brings('spam-model', files)).toEqual(['models/spam/main.js']);
  });

  it('tsconfig paths, beside what node would find', () => {
    const files = {
      'libs/text/src/a.ts': '',
      'libs/text/index.js': '',
      'libs/io/src/b.ts': '',
      'models/spam/app/c.ts': '',
    };
    const paths = {
      '@acme/text': ['libs/text/src/a.ts'],
      '@io/*': ['none/*', 'libs/io/src/*'],
      '~/*': ['models/spam/app/*'],
    };
    expect(brings('@acme/text', files, { baseUrl: '', paths })).toEqual([
      'libs/text/index.js',
      'libs/text/src/a.ts',
    ]);
    expect(brings('@io/b', files, { baseUrl: '.', paths })).toEqual(['libs/io/src/b.ts']);
    expect(brings('~/c', files, { baseUrl: '', paths })).toEqual(['models/spam/app/c.ts']);
    const built = closure(
      `import '@acme/built'`,
      {},
      { baseUrl: '', paths: { '@acme/built': ['dist/built'] } },
    );
    expect(built.unresolved).toMatchObject([
      { reason: 'not-found', projects: ['spam'], withDependencies: true },
    ]);
    const all = closure(`import 'natural'`, {}, { baseUrl: '', paths: { '*': ['types/*'] } });
    expect(all).toMatchObject({ packages: ['natural'], unresolved: [] });
  });
});

describe('imports that are computed', () => {
  const files: Files = {
    'models/spam/plugins/a.js': `import 'acme-io'`,
    'models/spam/plugins/deep/b.js': '',
    'models/spam/plugins/c.txt': '',
    'models/spam/plugins/node_modules/d.js': '',
    'models/spam/lib/e.js': '',
    'libs/io/index.js': '',
    'libs/text/index.js': '',
  };
  it.each<[string, string[], object[]]>([
    ['import(x)', [], [{ reason: 'not-literal', projects: ['spam'], withDependencies: true }]],
    [
      'import(`./plugins/${x}.js`)',
      [
        'libs/io/index.js',
        'models/spam/plugins/a.js',
        'models/spam/plugins/c.txt',
        'models/spam/plugins/deep/b.js',
      ],
      [{ reason: 'not-literal', projects: ['spam'], withDependencies: false }],
    ],
    [
      'import(`../../libs/text/in${x}`)',
      ['libs/text/index.js'],
      [{ reason: 'not-literal', projects: ['text'], withDependencies: false }],
    ],
    [
      'import(`@acme/text/${x}`)',
      [],
      [{ reason: 'not-literal', projects: ['text'], withDependencies: true }],
    ],
    ['import(`@acme/${x}`)', [], [{ reason: 'not-literal', projects: ['spam'], withDependencies: true }]],
    ['import(`natural/${x}`)', [], []],
  ])('%s', (source, expected, unresolved) => {
    const found = closure(source, files);
    expect(found.files.filter((path) => path !== entry)).toEqual(expected);
    expect(found.unresolved).toMatchObject(unresolved);
  });

  it('a URL counts if a file is there', () => {
    const source = `new URL('./lib/e.js', import.meta.url); new URL('./lib', import.meta.url); new URL('./x.bin', import.meta.url)`;
    expect(closure(source, files)).toMatchObject({ files: ['models/spam/lib/e.js', entry], unresolved: [] });
  });
});

it('follows cycles, self imports and chains of ten thousand files', () => {
  const count = 10_000;
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `models/spam/f${String(at)}.js`,
      `import './f${String((at + 1) % count)}.js'`,
    ]),
  );
  expect(closure(`import './train.mjs'; import './f0.js'`, files).files).toHaveLength(count + 1);
});

it('follows Python and scripts from one list of entries', () => {
  const tree = memoryTree({ 'a.py': 'import b', 'b.py': '', 'c.ts': `import './d.js'`, 'd.ts': '' });
  const root = [{ name: 'all', root: '.' }];
  expect(importClosure(['c.ts', 'a.py', './a.py'], { tree, projects: root }).files).toEqual([
    'a.py',
    'b.py',
    'c.ts',
    'd.ts',
  ]);
});
