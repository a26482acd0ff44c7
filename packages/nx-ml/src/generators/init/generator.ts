import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { formatFiles, logger, readJson, readNxJson, updateJson, updateNxJson } from '@nx/devkit';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import type { z } from 'zod';

import { attributesFile, configureMergeDriver, withAttributes } from '../../cli/merge-driver-setup.js';
import { nxGenerator } from '../nx-generator.js';
import { addLines } from '../text-lines.js';
import { ignored, saysTheSame } from './ignored.js';
import { initGenerator } from './options.js';
import { withPlugin } from './plugin-entry.js';

type Options = z.output<typeof initGenerator.options>;

/** Few, since `nx` says the rest: the two verbs, for all models and for those that a change affects. */
const scripts: Readonly<Record<string, string>> = {
  train: 'nx run-many -t train',
  evaluate: 'nx run-many -t evaluate',
  'affected:train': 'nx affected -t train',
  'affected:evaluate': 'nx affected -t evaluate',
};

/** Sets a workspace up. Whatever is there already stays as it is, so that running it again changes nothing. */
export async function initialise(tree: Tree, options: Options): Promise<GeneratorCallback | undefined> {
  const nxJson = readNxJson(tree) ?? {};
  const plugins = withPlugin(nxJson.plugins ?? [], workspaceName(tree));
  if (plugins !== nxJson.plugins) updateNxJson(tree, { ...nxJson, plugins: [...plugins] });
  addLines(tree, '.gitignore', ignored, saysTheSame);
  const attributes = withAttributes(
    tree.exists(attributesFile) ? (tree.read(attributesFile, 'utf8') ?? '') : '',
  );
  if (attributes !== undefined) tree.write(attributesFile, attributes);
  if (options.scripts && tree.exists('package.json')) addScripts(tree);
  await formatFiles(tree);
  if (tree.listChanges().length === 0) logger.info('nx-ml is set up already: nothing changed.');
  return () => {
    configureMergeDriver(tree.root);
    tellNext(tree.root);
  };
}

function addScripts(tree: Tree): void {
  updateJson<{ scripts?: Record<string, string> }>(tree, 'package.json', (manifest) => {
    const own = manifest.scripts ?? {};
    const free = Object.entries(scripts).filter(([name]) => !(name in own));
    return free.length === 0 ? manifest : { ...manifest, scripts: { ...own, ...Object.fromEntries(free) } };
  });
}

function workspaceName(tree: Tree): string {
  const manifest = tree.exists('package.json') ? readJson<{ name?: string }>(tree, 'package.json') : {};
  return manifest.name ?? basename(tree.root);
}

function tellNext(root: string): void {
  if (!inGit(root))
    logger.warn('This is no git repository: `nx affected` needs one. Start it with `git init`.');
  logger.info('nx-ml is ready. Next: npx nx generate model spam-filter');
}

function inGit(folder: string): boolean {
  return existsSync(join(folder, '.git')) || (folder !== dirname(folder) && inGit(dirname(folder)));
}

export default nxGenerator(initGenerator, initialise);
