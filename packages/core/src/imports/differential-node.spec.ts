import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';

import { importClosure } from './index.js';
import type { CodeProject } from './index.js';
import { memoryTree } from './testing/memory-tree.js';

/** Imports each entry in turn and prints which modules ran: every generated module reports itself. */
const driver = `
const { pathToFileURL } = require('node:url');
let seen;
let pending;
globalThis.report = (place) => seen.add(String(place));
globalThis.track = (promise) => pending.push(promise.catch(() => {}));
(async () => {
  for (const entry of JSON.parse(require('node:fs').readFileSync(0, 'utf8'))) {
    seen = new Set();
    pending = [import(pathToFileURL(entry))];
    while (pending.length > 0) await Promise.allSettled(pending.splice(0));
    console.log(JSON.stringify([...seen]));
  }
})();
`;

const projects: CodeProject[] = [
  { name: 'm', root: 'm' },
  { name: 'p', root: 'libs/p', packageName: 'pkg-p' },
  { name: 'q', root: 'libs/q', packageName: '@acme/q' },
];
/** Words, as a list: shorter than quotes and commas. */
function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

const modulePaths = [
  ...words('m/a.mjs m/b.cjs m/c.js m/a/index.js m/a/b.js m/d/main.js m/lib/x.mjs m/lib/y.cjs'),
  ...words('libs/p/index.js libs/p/src/a.js libs/p/src/b.mjs libs/p/src/c.cjs libs/p/src/deep/a.js'),
  ...words('libs/q/index.js libs/q/main.cjs libs/q/a.js libs/q/b/index.js libs/q/b.mjs'),
];
const relative = words(
  './a ./b ./c ./d ./a/ . .. ../a ./a.mjs ./b.cjs ./c.js ./a/b.js ./lib/x.mjs ./lib/y ./missing ./a.mjs?again',
);
const bare = words(
  'pkg-p pkg-p/a pkg-p/deep/a pkg-p/none @acme/q @acme/q/a @acme/q/a.js @acme/q/b #x #lib/x #q m node:os os',
);
const loose = fc.oneof(fc.constantFrom(...relative), fc.constantFrom(...bare));

const manifest = (type: string, rest: object) => JSON.stringify({ type, ...rest });
const type = fc.constantFrom('module', 'commonjs');
const manifests = fc.record({
  'm/package.json': type.map((each) =>
    manifest(each, {
      name: 'm',
      exports: './a.mjs',
      imports: {
        '#x': { import: './lib/x.mjs', require: './lib/y.cjs' },
        '#lib/*': './lib/*.mjs',
        '#q': '@acme/q',
      },
    }),
  ),
  'm/d/package.json': type.map((each) => manifest(each, { main: 'main' })),
  'libs/p/package.json': fc
    .tuple(
      type,
      fc.constantFrom<object>(
        { '.': { import: './src/b.mjs', require: './src/c.cjs' }, './*': './src/*.js' },
        {
          '.': ['./src/a.js', './index.js'],
          './deep/*': './src/deep/*.js',
          './*': { default: './src/*.js' },
        },
        { node: './src/a.js', default: './index.js' },
      ),
    )
    .map(([each, exports]) => manifest(each, { name: 'pkg-p', exports })),
  'libs/q/package.json': fc
    .tuple(type, fc.constantFrom<object>({}, { main: './main.cjs' }, { main: 'b' }))
    .map(([each, rest]) => manifest(each, { name: '@acme/q', ...rest })),
});

interface Choice {
  readonly path: string;
  readonly specifiers: readonly string[];
  readonly forms: readonly number[];
}
const choice: fc.Arbitrary<Choice> = fc.record({
  path: fc.constantFrom(...modulePaths),
  specifiers: fc.array(loose, { minLength: 2, maxLength: 6 }),
  forms: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
});

function isModule(path: string, files: Readonly<Record<string, string>>): boolean {
  if (!path.endsWith('.js')) return path.endsWith('.mjs');
  for (let folder = path; folder !== '';) {
    folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));
    const text = files[`${folder}/package.json`];
    if (text !== undefined) return text.includes('"type":"module"');
  }
  return false;
}

/** One module in the form that node will take it for; each import on its own, so that one may fail. */
function moduleText({ specifiers, forms }: Choice, esm: boolean): string {
  const lines = specifiers.map((specifier, at) => {
    const form = (forms[at] ?? 0) % 3;
    const quoted = JSON.stringify(specifier);
    if (esm && form === 0) return `try { createRequire(import.meta.url)(${quoted}) } catch {}`;
    if (esm) return `track(import(${form === 1 ? quoted : `\`${specifier}\``}));`;
    if (form === 0) return `track(import(${quoted}));`;
    return `try { ${form === 1 ? 'require' : 'load'}(${quoted}) } catch {}`;
  });
  return esm
    ? `import { createRequire } from 'node:module';\nreport(import.meta.url);\n${lines.join('\n')}\n`
    : `const load = require;\nreport('file://' + __filename);\n${lines.join('\n')}\n`;
}

const workspaces = fc
  .record({ manifests, choices: fc.array(choice, { minLength: 12, maxLength: 24 }), main: choice })
  .map(({ manifests, choices, main }) => {
    const files: Record<string, string> = { ...manifests };
    for (const each of [...choices, { ...main, path: 'm/train.mjs' }])
      files[each.path] = moduleText(each, isModule(each.path, manifests));
    // One static import of each kind, to files that are there.
    const targets = Object.keys(files).filter((path) => path.startsWith('m/') && /\.[cm]?js$/.test(path));
    const statics = targets.slice(0, 3).map((path) => `import './${path.slice(2)}';\n`);
    return { ...files, 'm/train.mjs': statics.join('') + (files['m/train.mjs'] ?? '') };
  });

function loadedBy(entries: readonly string[], root: string): string[][] {
  const node = spawnSync(process.execPath, ['-e', driver], {
    input: JSON.stringify(entries),
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines = node.stdout.trim().split('\n');
  if (lines.length !== entries.length) throw new Error(`node failed: ${node.stderr}`);
  return lines.map((line) => (JSON.parse(line) as string[]).map((url) => relativeTo(root, url)));
}

function relativeTo(root: string, url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return path.slice(root.length + 1).replace(/^\d+\//, '');
}

function writeTree(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

describe('the closure against what node loads', () => {
  const trees = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-imports-')));
  afterAll(() => {
    rmSync(trees, { recursive: true, force: true });
  });

  it('holds every module, for 60 random workspaces', () => {
    const sample = fc.sample(workspaces, { seed: 7, numRuns: 60 });
    const entries = sample.map((files, at) => {
      const root = join(trees, String(at));
      writeTree(root, files);
      mkdirSync(join(root, 'node_modules/@acme'), { recursive: true });
      symlinkSync(join(root, 'libs/p'), join(root, 'node_modules/pkg-p'));
      symlinkSync(join(root, 'libs/q'), join(root, 'node_modules/@acme/q'));
      return join(root, 'm/train.mjs');
    });
    const loaded = loadedBy(entries, trees);
    const missing = loaded.flatMap((paths, at) => {
      const files = sample[at] ?? {};
      const closure = new Set(importClosure(['m/train.mjs'], { tree: memoryTree(files), projects }).files);
      const missed = paths.filter((path) => !closure.has(path));
      return missed.length === 0 ? [] : [{ missed, files }];
    });
    expect(missing).toEqual([]);
    // The comparison means something only if much was loaded, and across projects.
    const all = loaded.flat();
    expect(all.length).toBeGreaterThan(300);
    expect(all.filter((path) => path.startsWith('libs/')).length).toBeGreaterThan(100);
  });
});
