import { formatFiles, getProjects, logger, readNxJson } from '@nx/devkit';
import type { Tree } from '@nx/devkit';
import { planImport } from '@nx-ml/core/interop/dvc-import';
import { checkRelativePath } from '@nx-ml/core/kernel';

import { WorkspaceBytes } from '../../dvc/index.js';
import { nxGenerator } from '../nx-generator.js';
import { importedTexts, refuseChanges } from './check.js';
import { dvcTree } from './dvc-tree.js';
import { importDvcDefinition } from './options.js';
import type { ImportDvcOptions } from './options.js';
import { checkedText, summaryText } from './summary.js';
import { writePlan } from './write-plan.js';

/** Imports a DVC project. The same files give the same projects: a second run changes nothing. */
async function importDvc(tree: Tree, options: ImportDvcOptions): Promise<undefined> {
  const planned = planOf(tree, options);
  const before = importedTexts(planned, tree);
  const plan = writePlan(planned, tree, commandOf(options));
  if (!options.skipFormat) await formatFiles(tree);
  if (options.check) {
    refuseChanges(before, importedTexts(plan, tree), commandOf(options));
    logger.info(checkedText(plan));
    return;
  }
  logger.info(summaryText(plan));
  if (!namesPlugin(tree))
    logger.warn('nx.json does not name the plugin: nx g nx-ml:init adds it, so that Nx sees the projects.');
}

function namesPlugin(tree: Tree): boolean {
  const plugins = readNxJson(tree)?.plugins ?? [];
  return plugins.some((each) => (typeof each === 'string' ? each : each.plugin) === 'nx-ml');
}

/** What to type to import again in the same way. */
function commandOf({ path, directory, prefix, model, dataset }: ImportDvcOptions): string {
  return [
    'npx nx g nx-ml:import-dvc',
    ...(path === '.' ? [] : [path]),
    ...(directory === 'ml' ? [] : [`--directory ${directory}`]),
    ...(prefix === '' ? [] : [`--prefix ${prefix}`]),
    ...model.map((name) => `--model ${name}`),
    ...dataset.map((name) => `--dataset ${name}`),
  ].join(' ');
}

function planOf(tree: Tree, { path, directory, prefix, model, dataset, check }: ImportDvcOptions) {
  const folder = path.replace(/^(?:\.\/)+|\/+$/g, '').replace(/^\.$/, '');
  const projects = [...getProjects(tree)].map(([name, { root }]) => ({
    name,
    root: root === '.' ? '' : root,
  }));
  return planImport({
    tree: dvcTree(tree),
    bytes: check ? undefined : new WorkspaceBytes(tree.root),
    folder: folder === '' ? '' : checkRelativePath(folder),
    directory: checkRelativePath(directory.replace(/\/+$/, '')),
    prefix,
    models: model,
    datasets: dataset,
    projects,
  });
}

export default nxGenerator(importDvcDefinition, importDvc);
