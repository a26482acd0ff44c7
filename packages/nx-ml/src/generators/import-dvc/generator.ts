import { formatFiles, getProjects, logger, readNxJson } from '@nx/devkit';
import type { Tree } from '@nx/devkit';
import { planImport } from '@nx-ml/core/interop/dvc';
import { checkRelativePath, isMlError } from '@nx-ml/core/kernel';

import { errorText } from '../../report/index.js';
import { dvcTree } from './dvc-tree.js';
import { parseOptions } from './options.js';
import type { ImportDvcInput, ImportDvcOptions } from './options.js';
import { summaryText } from './summary.js';
import { writePlan } from './write-plan.js';

/** Imports a DVC project. The same files give the same projects: a second run changes nothing. */
export default async function importDvcGenerator(tree: Tree, input: ImportDvcInput): Promise<void> {
  const options = parseOptions(input);
  const plan = withMend(() => writePlan(planOf(tree, options), tree, commandOf(options)));
  if (!options.skipFormat) await formatFiles(tree);
  logger.info(summaryText(plan));
  if (!namesPlugin(tree))
    logger.warn('nx.json does not name the plugin: add "nx-ml" to "plugins", so that Nx sees them.');
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

function planOf(tree: Tree, { path, directory, prefix, model, dataset }: ImportDvcOptions) {
  const folder = path.replace(/^(?:\.\/)+|\/+$/g, '').replace(/^\.$/, '');
  const projects = [...getProjects(tree)].map(([name, { root }]) => ({
    name,
    root: root === '.' ? '' : root,
  }));
  return planImport({
    tree: dvcTree(tree),
    folder: folder === '' ? '' : checkRelativePath(folder),
    directory: checkRelativePath(directory.replace(/\/+$/, '')),
    prefix,
    models: model,
    datasets: dataset,
    projects,
  });
}

/** Nx shows a message and nothing else of an error, so the mend has to be in it. */
function withMend<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isMlError(error)) throw error;
    throw new Error(errorText(error).trimEnd(), { cause: error });
  }
}
