import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findSpecs, typeScriptLoader } from './spec-files.js';
import { inferTestTarget } from './test-target.js';

const around = {
  jest: false,
  taken: false,
  workspaceJest: false,
  nodeTypeScript: [],
  typeScript: 'node' as const,
  root: 'models/spam-filter',
  python: undefined,
};
const commands = (specs: readonly string[], more = {}): unknown =>
  (inferTestTarget({ ...around, specs, ...more })?.options as { readonly commands?: unknown } | undefined)
    ?.commands;

describe('inferTestTarget', () => {
  it('is none without specs, and where the project says itself what its tests are', () => {
    expect(inferTestTarget({ ...around, specs: [] })).toBeUndefined();
    expect(inferTestTarget({ ...around, specs: ['a.test.mjs'], taken: true })).toBeUndefined();
  });

  it.each([
    [['a.test.mjs', "it's.spec.js"], {}, [String.raw`node --test a.test.mjs 'it'\''s.spec.js'`]],
    [['a.spec.ts'], {}, undefined],
    [['a.spec.ts', 'b.test.mjs'], { nodeTypeScript: ['a.spec.ts'] }, ['node --test a.spec.ts b.test.mjs']],
    [
      ['a.spec.ts', 'b.spec.ts'],
      { nodeTypeScript: ['a.spec.ts'], typeScript: 'tsx', workspaceJest: true },
      [
        'cd ../.. && jest --runTestsByPath models/spam-filter/b.spec.ts',
        'node --import tsx --test a.spec.ts',
      ],
    ],
    [['b.test.mjs'], { typeScript: 'tsx' }, ['node --test b.test.mjs']],
    [['a.spec.ts', 'b.test.mjs'], { jest: true }, ['jest']],
    [
      ['a.spec.ts', 'b.test.mjs'],
      { workspaceJest: true },
      ['cd ../.. && jest --runTestsByPath models/spam-filter/a.spec.ts', 'node --test b.test.mjs'],
    ],
    [['a.spec.ts'], { workspaceJest: true, root: '.' }, ['jest --runTestsByPath a.spec.ts']],
    [
      ['a.test.mjs', 'test_b.py'],
      {},
      ['node --test a.test.mjs', 'nx-ml python -m pytest -q -p no:cacheprovider'],
    ],
  ])('%j with %j: %j', (specs, more, expected) => {
    expect(commands(specs, more)).toEqual(expected);
  });

  it('fails with the reason where nothing runs TypeScript, rather than pass without it', () => {
    const specs = ['a.spec.ts', 'b.test.mjs'];
    const target = inferTestTarget({ ...around, specs, nodeTypeScript: ['a.spec.ts'], typeScript: 'none' });
    expect(target?.metadata?.description).toContain('need Node 22.18 or later, or tsx');
    expect(target?.options).toMatchObject({
      commands: [expect.stringMatching(/^echo '.*need Node 22\.18 or later, or tsx.*' >&2; exit 1$/)],
    });
  });

  it('is cached by the project, what it depends on and the interpreters that it starts', () => {
    expect(inferTestTarget({ ...around, specs: ['a.test.mjs'] })).toMatchObject({
      cache: true,
      inputs: ['{projectRoot}/**/*', '^{projectRoot}/**/*', { runtime: 'node --version' }],
    });
  });
});

describe('findSpecs', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-specs-'));
    mkdirSync(join(folder, 'tests'));
    mkdirSync(join(folder, 'data'));
    for (const file of [
      'a.test.mjs',
      'test_b.py',
      'c_test.py',
      'contest.py',
      'latest.mjs',
      'tests/d.spec.js',
      'data/e.test.mjs',
    ])
      writeFileSync(join(folder, file), '');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds them beside the code and in the folder for tests', () => {
    expect(findSpecs(folder, false)).toEqual({
      specs: ['a.test.mjs', 'c_test.py', 'test_b.py', 'tests/d.spec.js'],
      nodeTypeScript: [],
      jest: false,
      taken: false,
    });
  });

  it('knows TypeScript that is written for Node’s own runner', () => {
    writeFileSync(join(folder, 'f.test.ts'), "import test from 'node:test';\n");
    writeFileSync(join(folder, 'g.test.mts'), 'const { test } = await import("node:test");\n');
    writeFileSync(join(folder, 'h.test.ts'), "import { test } from 'vitest';\n");
    expect(findSpecs(folder, false).nodeTypeScript).toEqual(['f.test.ts', 'g.test.mts']);
  });

  it.each([
    ['project.json', '{ "targets": { "test": {} } }', true],
    ['project.json', '{ "targets": { "build": {} } }', false],
    ['package.json', '{ "scripts": { "test": "ava" } }', true],
    ['package.json', '{ "nx": { "targets": { "test": {} } } }', true],
    ['package.json', '{ "scripts"', false],
    ['package.json', 'null', false],
  ])('%s with %s takes the name: %s', (file, text, taken) => {
    writeFileSync(join(folder, file), text);
    expect(findSpecs(folder, false).taken).toBe(taken);
  });

  it('leaves a project that @nx/jest infers to it', () => {
    writeFileSync(join(folder, 'jest.config.cjs'), '');
    expect(findSpecs(folder, true)).toMatchObject({ jest: true, taken: false });
    writeFileSync(join(folder, 'project.json'), '{}');
    expect(findSpecs(folder, true)).toMatchObject({ jest: true, taken: true });
    expect(findSpecs(folder, false)).toMatchObject({ jest: true, taken: false });
  });
});

describe('typeScriptLoader', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-loader-'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('is Node where it can, and tsx where the workspace has it, which can more', () => {
    expect(typeScriptLoader(root, {})).toBe('none');
    expect(typeScriptLoader(root, { typescript: false })).toBe('none');
    expect(typeScriptLoader(root, { typescript: 'strip' })).toBe('node');
    writeFileSync(join(root, 'package.json'), '{ "devDependencies": { "tsx": "4.0.0" } }');
    expect(typeScriptLoader(root, { typescript: 'strip' })).toBe('tsx');
  });
});
