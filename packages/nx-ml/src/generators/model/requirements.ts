import { addDependenciesToPackageJson, logger, runTasksInSerial } from '@nx/devkit';
import type { GeneratorCallback, Tree } from '@nx/devkit';

import { skipBuildScripts } from '../build-scripts.js';
import { needlessScripts } from '../npm-versions.js';
import { addLines } from '../text-lines.js';
import type { ModelTemplate } from './templates.js';

/**
 * Notes the packages that the code needs: npm's in package.json, installed once the files are there; Python's in
 * requirements.txt, which the user installs into the environment of their choice. What is listed already stays as it is.
 */
export function addRequirements(
  tree: Tree,
  model: string,
  { npm, python }: ModelTemplate,
): GeneratorCallback {
  if (python.length > 0) addLines(tree, 'requirements.txt', python, listsPackage);
  if ('onnxruntime-node' in npm) addLines(tree, '.npmrc', [skippedInstall], saysSkip);
  skipBuildScripts(
    tree,
    Object.keys(npm).flatMap((name) => needlessScripts[name] ?? []),
  );
  const names = Object.entries(npm).map(([name, version]) => `${name}@${version}`);
  const isPackage = tree.exists('package.json');
  const install =
    names.length > 0 && isPackage
      ? addDependenciesToPackageJson(tree, npm, {}, 'package.json', true)
      : () => undefined;
  return runTasksInSerial(install, () => {
    if (names.length > 0 && !isPackage)
      logger.warn(`There is no package.json: install ${names.join(' ')} yourself.`);
    if (python.length > 0) logger.info('Its Python packages: python3 -m pip install -r requirements.txt');
    logger.info(`Next: npx nx evaluate ${model}`);
  });
}

const skippedInstall = `# onnxruntime-node holds the CPU runtime already; its install script would only fetch the one for CUDA.
onnxruntime-node-install=skip`;

function saysSkip(present: readonly string[]): boolean {
  return present.some((line) => line.startsWith('onnxruntime-node-install'));
}

/** Does a requirements.txt list the package of a line, at whatever version? */
function listsPackage(present: readonly string[], line: string): boolean {
  const names = present.map(packageOf);
  return names.includes(packageOf(line));
}

function packageOf(line: string): string {
  return (/^[A-Za-z0-9._-]+/.exec(line)?.[0] ?? '').toLowerCase().replace(/[._-]+/g, '-');
}
