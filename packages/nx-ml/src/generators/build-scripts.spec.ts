import { skipBuildScripts } from './build-scripts.js';
import { emptyTree } from './testing/tree.js';

describe('skipBuildScripts', () => {
  const file = 'pnpm-workspace.yaml';

  function skipped(before: string, ...packages: readonly string[]): string | null {
    const tree = emptyTree();
    tree.write(file, before);
    skipBuildScripts(tree, packages);
    return tree.read(file, 'utf8');
  }

  it.each([
    ['allowBuilds:\n  nx: true\n', 'allowBuilds:\n  core-js: false\n  nx: true\n'],
    [
      'allowBuilds: # mine\n\n    # why\n    nx: true',
      'allowBuilds: # mine\n    core-js: false\n\n    # why\n    nx: true',
    ],
    ["packages: ['libs/*']", "packages: ['libs/*']\nallowBuilds:\n  core-js: false\n"],
    ['', 'allowBuilds:\n  core-js: false\n'],
    [
      'allowBuilds:\n  nx: true\noverrides:\n  core-js: 3.0.0\n',
      'allowBuilds:\n  core-js: false\n  nx: true\noverrides:\n  core-js: 3.0.0\n',
    ],
  ])('%j: %j', (before, after) => {
    expect(skipped(before, 'core-js')).toBe(after);
  });

  it.each([
    'allowBuilds:\n  core-js: true\n',
    "allowBuilds:\n  'core-js@3': true\n",
    'allowBuilds: { nx: true }\n',
  ])('%j stays as it is', (text) => {
    expect(skipped(text, 'core-js')).toBe(text);
  });

  it('makes no workspace of pnpm’s where there is none', () => {
    const tree = emptyTree();
    skipBuildScripts(tree, ['core-js']);
    expect(tree.exists(file)).toBe(false);
  });
});
