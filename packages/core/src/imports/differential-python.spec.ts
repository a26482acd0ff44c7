import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';

import { importClosure } from './index.js';
import { memoryTree, projectsAt } from './testing/memory-tree.js';

/** Runs each case in a process of its own and prints which files of the tree the interpreter executed. */
const driver = `
import json, os, runpy, sys
sys.dont_write_bytecode = True

def run(case):
    root, seen = case["root"] + os.sep, set()
    def audit(event, args):
        if event == "exec":
            name = getattr(args[0], "co_filename", "")
            path = os.path.realpath(name)
            if os.path.isabs(name) and path.startswith(root):
                seen.add(path[len(root):])
    sys.addaudithook(audit)
    os.chdir(os.path.join(root, case["cwd"]))
    sys.path[:0] = [os.path.join(root, part).rstrip(os.sep) for part in case["path"]]
    try:
        if "module" in case:
            runpy.run_module(case["module"], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(os.path.join(root, case["script"]), run_name="__main__")
    except Exception as error:
        sys.stderr.write("%s: %r\\n" % (root, error))
    return sorted(seen)

for case in json.load(sys.stdin):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            json.dump(run(case), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as result:
        print(result.read())
    os.waitpid(child, 0)
`;

const projects = projectsAt('m', 'libs/p', 'libs/q');
const folders = [
  ...['m', 'm/a', 'm/a/b', 'm/src/a', 'libs/p', 'libs/p/a', 'libs/p/src/b', 'libs/p/c', 'libs/p/src/c/a'],
  ...['libs/q', 'libs/q/b', 'libs/q/c', 'libs/q/src/a', 'libs/q/src/c/b'],
];
const names = ['a', 'b', 'c', 'd', 'calendar'];
const dotted = [
  'a',
  'b',
  'c',
  'd',
  'p',
  'calendar',
  'a.a',
  'a.b',
  'b.a',
  'c.a',
  'c.b',
  'a.b.c',
  'c.b.d',
  'p.c',
  'libs.q.c',
];

const line: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...dotted).map((name) => `import ${name}`) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom('', '.', '..', '...'),
        fc.constantFrom('', ...dotted),
        fc.constantFrom('*', ...names),
      )
      .map(
        ([dots, module, name]) => `from ${dots}${module === '' && dots === '' ? 'a' : module} import ${name}`,
      ),
  },
  fc.constantFrom(...dotted).map((name) => `import importlib as il; il.import_module("${name}")`),
  fc
    .constantFrom(...dotted)
    .map((name) => `from importlib import import_module as im; im("..${name}", __name__)`),
  fc.constantFrom(...names).map((name) => `__import__("a", globals(), locals(), ["${name}"])`),
  fc.constantFrom(...names).map((name) => `__import__("${name}", globals(), level=1)`),
  fc
    .tuple(fc.constantFrom('a.', 'c.', 'b.'), fc.constantFrom(...names))
    .map(
      ([prefix, name]) =>
        `x = "${name}"; from importlib import import_module; import_module(f"${prefix}{x}")`,
    ),
  fc
    .constantFrom(...names)
    .map((name) => `x = "${name}"; import importlib; importlib.import_module("." + x, __package__)`),
);

/** Each statement on its own, so that one that fails does not keep the next from running. */
function guarded(lines: readonly string[]): string {
  return lines.map((each) => `try:\n  ${each}\nexcept Exception: pass\n`).join('');
}

const init = fc.tuple(
  fc.constantFrom('', '', '__all__ = ["b", "c"]\n', '__all__ = [n for n in ("a", "d")]\n'),
  fc.constantFrom('', '', '__path__ = __import__("pkgutil").extend_path(__path__, __name__)\n'),
);
const moduleFile = fc.record({
  folder: fc.constantFrom(...folders),
  name: fc.constantFrom(...names),
  lines: fc.array(line, { maxLength: 4 }),
});
const initFile = fc.record({
  folder: fc.constantFrom(...folders.filter((each) => each !== 'm')),
  init,
  lines: fc.array(line, { maxLength: 2 }),
});

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly script: string;
  readonly asModule: boolean;
  readonly reversed: boolean;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    modules: fc.array(moduleFile, { minLength: 12, maxLength: 26 }),
    inits: fc.array(initFile, { maxLength: 7 }),
    main: fc.array(line, { minLength: 8, maxLength: 14 }),
    script: fc.constantFrom('m/train.py', 'm/a/train.py', 'm/a/b/train.py'),
    asModule: fc.boolean(),
    reversed: fc.boolean(),
  })
  .map(({ modules, inits, main, ...rest }) => ({
    ...rest,
    files: {
      ...Object.fromEntries(modules.map((each) => [`${each.folder}/${each.name}.py`, guarded(each.lines)])),
      ...Object.fromEntries(
        inits.map((each) => [`${each.folder}/__init__.py`, each.init.join('') + guarded(each.lines)]),
      ),
      [rest.script]: guarded(main),
    },
  }));

function executed(requests: readonly object[]): string[][] {
  const python = spawnSync('python3', ['-c', driver], { input: JSON.stringify(requests), encoding: 'utf8' });
  if (python.error !== undefined)
    throw new Error('This test compares with a real interpreter: install python3 (3.9 or newer).', {
      cause: python.error,
    });
  const lines = python.stdout.trim().split('\n');
  if (lines.length !== requests.length) throw new Error(`python3 failed: ${python.stderr}`);
  return lines.map((each) => JSON.parse(each) as string[]);
}

function writeTree(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

describe('the closure against what CPython executes', () => {
  const trees = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-imports-')));
  afterAll(() => {
    rmSync(trees, { recursive: true, force: true });
  });

  it('holds every file, for 60 random workspaces', () => {
    const sample = fc.sample(cases, { seed: 20, numRuns: 60 });
    const closures = sample.map(({ files, script }) =>
      importClosure([script], { tree: memoryTree(files), projects }),
    );
    const requests = sample.map(({ files, script, asModule, reversed }, at) => {
      const roots = closures[at]?.pythonRoots ?? [];
      const ordered = reversed ? roots.toReversed() : roots;
      const root = join(trees, String(at));
      writeTree(root, files);
      const folder = script.slice(0, script.lastIndexOf('/'));
      return asModule
        ? { root, cwd: 'm', path: ['m', ...ordered], module: script.slice(2, -3).replaceAll('/', '.') }
        : { root, cwd: '', path: [folder, ...ordered], script };
    });
    const loaded = executed(requests);
    const missing = loaded.flatMap((files, at) => {
      const closure = new Set(closures[at]?.files);
      const missed = files.filter((path) => !closure.has(path));
      return missed.length === 0 ? [] : [{ missed, tree: sample[at]?.files, request: requests[at] }];
    });
    expect(missing).toEqual([]);
    // The comparison means something only if much was loaded, and across projects.
    const all = loaded.flat();
    expect(all.length).toBeGreaterThan(240);
    expect(all.filter((path) => path.startsWith('libs/')).length).toBeGreaterThan(80);
  });
});
