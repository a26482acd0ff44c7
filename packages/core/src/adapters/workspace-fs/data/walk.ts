import { readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';

import { MlError } from '../../../kernel/index.js';
import { isUnfinished } from '../../../store/index.js';

/**
 * The paths of all files below a folder, relative and sorted by code unit, as they stand in a tree document. What
 * is being built there is passed over.
 *
 * @throws MlError ERR_ML_PATH_UNSAFE for links, sockets, devices, and for names that are not UTF-8: no store takes them
 */
export function walkFiles(folder: string): readonly string[] {
  const found: string[] = [];
  const walk = (prefix: string): void => {
    const entries = readdirSync(prefix === '' ? folder : `${folder}/${prefix}`, { withFileTypes: true });
    for (const { key, entry } of inOrder(entries)) {
      if (entry.name.includes('\uFFFD')) throw unsafe(folder, prefix + key, 'has a name that is not UTF-8');
      if (entry.isDirectory()) walk(prefix + key);
      else if (entry.isFile()) found.push(prefix + key);
      else throw unsafe(folder, prefix + key, kindOf(entry));
    }
  };
  walk('');
  return found;
}

/** A folder goes by its name and a slash, since that is how the paths below it compare with its neighbours. */
function inOrder(entries: readonly Dirent[]): readonly { readonly key: string; readonly entry: Dirent }[] {
  return entries
    .filter(({ name }) => !isUnfinished(name))
    .map((entry) => ({ key: entry.isDirectory() ? `${entry.name}/` : entry.name, entry }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function kindOf(entry: Dirent): string {
  return entry.isSymbolicLink() ? 'is a symbolic link' : 'is no regular file';
}

export function unsafe(folder: string, path: string, why: string): MlError {
  return new MlError('ERR_ML_PATH_UNSAFE', {
    message: `${folder}${path === '' ? '' : '/'}${path} ${why}`,
    fix: 'Data is made of regular files and folders: replace it by what it stands for, or take it out.',
  });
}
