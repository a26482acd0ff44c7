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

export interface TypedIn {
  /** Absolute; the workspace. */
  readonly root: string;
  /** Absolute; where a path was typed. */
  readonly cwd: string;
}

/** A path as it was typed, workspace-relative with `/`; undefined outside the workspace. */
export function pathWithin(path: string, { root, cwd }: TypedIn): string | undefined {
  const found = relative(root, resolve(cwd, path)).split(sep).join('/');
  return found === '..' || found.startsWith('../') ? undefined : found;
}

/** The same. @param fix what to do about a path outside. @throws MlError ERR_ML_PATH_UNSAFE */
export function inWorkspace(path: string, typed: TypedIn, fix = 'Name a path inside of it.'): string {
  const found = pathWithin(path, typed);
  if (found !== undefined) return found;
  throw new MlError('ERR_ML_PATH_UNSAFE', {
    message: `${path} lies outside the workspace ${typed.root}`,
    fix,
  });
}
