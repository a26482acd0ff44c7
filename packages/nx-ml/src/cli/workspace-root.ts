import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';

/** The nearest folder with an nx.json, from `cwd` upward. @throws MlError ERR_ML_USAGE */
export function findWorkspaceRoot(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new MlError('ERR_ML_USAGE', {
    message: `${cwd} is not inside an Nx workspace`,
    fix: 'Change into one, or make this folder one: npx nx-ml init',
  });
}

/** A path given on the command line, workspace-relative with `/`. @throws MlError ERR_ML_PATH_UNSAFE outside the workspace */
export function inWorkspace(root: string, cwd: string, path: string): string {
  const found = relative(root, resolve(cwd, path)).split(sep).join('/');
  if (found !== '..' && !found.startsWith('../')) return found;
  throw new MlError('ERR_ML_PATH_UNSAFE', {
    message: `${path} lies outside the workspace ${root}`,
    fix: 'Copy the data into the folder of its dataset first.',
  });
}
