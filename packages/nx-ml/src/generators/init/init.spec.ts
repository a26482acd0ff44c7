import { readJson, writeJson } from '@nx/devkit';

import { emptyTree, filesOf } from '../testing/tree.js';
import { initialise } from './generator.js';
import { saysTheSame } from './ignored.js';
import { withPlugin } from './plugin-entry.js';

const defaults = { scripts: true };

describe('the init generator', () => {
  it('names the plugin with an id of the workspace, ignores what is derived, and adds scripts', async () => {
    const tree = emptyTree();
    await initialise(tree, defaults);
    expect(readJson(tree, 'nx.json')).toMatchObject({
      plugins: [
        {
          plugin: 'nx-ml',
          options: { workspaceId: expect.stringMatching(/^proj-source-[0-9a-f]{8}$/) as string },
        },
      ],
    });
    expect(tree.read('.gitignore', 'utf8')?.split('\n')).toEqual(
      expect.arrayContaining(['.nx-ml', '.nx/cache', '.nx/workspace-data', '__pycache__']),
    );
    expect(readJson(tree, 'package.json')).toMatchObject({
      scripts: { 'affected:train': 'nx affected -t train' },
    });
  });

  it('changes nothing when it runs again', async () => {
    const tree = emptyTree();
    await initialise(tree, defaults);
    const before = filesOf(tree);
    await initialise(tree, defaults);
    expect(filesOf(tree)).toEqual(before);
  });

  it('keeps scripts of the user, adds none where they are not wanted, and needs no package.json', async () => {
    const tree = emptyTree();
    writeJson(tree, 'package.json', { name: 'x', scripts: { train: 'make train' } });
    await initialise(tree, { scripts: false });
    expect(readJson(tree, 'package.json')).toEqual({ name: 'x', scripts: { train: 'make train' } });
    await initialise(tree, defaults);
    expect(readJson<{ scripts: object }>(tree, 'package.json').scripts).toMatchObject({
      train: 'make train',
      evaluate: 'nx run-many -t evaluate',
    });
    tree.delete('package.json');
    await initialise(tree, defaults);
    expect(tree.exists('package.json')).toBe(false);
  });
});

describe('withPlugin', () => {
  it('keeps an id that is there', () => {
    const plugins = [{ plugin: 'nx-ml', options: { workspaceId: 'shop-01234567' } }];
    expect(withPlugin(plugins, 'other')).toBe(plugins);
  });

  it('gives a bare entry an id in its place, and keeps what else its entry says', () => {
    expect(withPlugin(['nx-ml', '@nx/js'], 'Spam & Ham!')).toEqual([
      {
        plugin: 'nx-ml',
        options: { workspaceId: expect.stringMatching(/^spam-ham-[0-9a-f]{8}$/) as string },
      },
      '@nx/js',
    ]);
    expect(withPlugin([{ plugin: 'nx-ml', include: ['ml/**/*'] }], '...')).toEqual([
      {
        plugin: 'nx-ml',
        include: ['ml/**/*'],
        options: { workspaceId: expect.stringMatching(/^workspace-/) as string },
      },
    ]);
  });
});

describe('saysTheSame', () => {
  it.each([
    [['.nx'], '.nx/cache', true],
    [['/.nx/'], '.nx/cache', true],
    [['.nx/cache/'], '.nx/cache', true],
    [['**/__pycache__'], '__pycache__', true],
    [['.nx-ml.old'], '.nx-ml', false],
    [['!.nx-ml'], '.nx-ml', false],
    [['.nx/cache'], '.nx/workspace-data', false],
  ])('%j covers %s: %s', (present, path, covered) => {
    expect(saysTheSame(present, path)).toBe(covered);
  });
});
