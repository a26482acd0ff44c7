import { posix } from 'node:path';

import { MlError } from '../../kernel/index.js';

/**
 * A path that a DVC file names, relative to the workspace, without `.`, `..` and a slash at its end; '' is its root.
 *
 * @param folder the folder that the path is relative to, itself relative to the workspace.
 * @param where for the message: `dvc.yaml:12:5`.
 * @throws MlError ERR_ML_PATH_UNSAFE for a path that is absolute, remote, or leaves the workspace.
 */
export function pathInWorkspace(path: string, folder: string, where: string): string {
  const reason = unsafeReason(path, posix.join(folder, path));
  if (reason === undefined) return normalised(posix.join(folder, path));
  throw new MlError('ERR_ML_PATH_UNSAFE', {
    message: `${where} names ${JSON.stringify(path.slice(0, 200))}, which ${reason}`,
    fix: 'Bring what it names into the workspace (dvc add, or dvc import-url), and name it by a relative path.',
  });
}

function unsafeReason(path: string, joined: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return 'lies outside the workspace';
  if (path === '' || path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is empty or absolute';
  if (/[\\\0\n\r]/.test(path) || !path.isWellFormed()) return 'holds a character that no path may hold';
  // They mean something else in the globs of an ml.yaml.
  if (/[*?[\]{}]|[!+@]\(/.test(path)) return 'holds a character of glob patterns: * ? [ ] { }';
  return /^\.\.(?:\/|$)/.test(joined) ? 'leaves the workspace' : undefined;
}

function normalised(path: string): string {
  const text = posix.normalize(path).replace(/\/$/, '');
  return text === '.' ? '' : text;
}

/** Is a path that folder, or below it? */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** Do two paths name the same bytes in part: equal, or one within the other? */
export function overlap(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

/** The folder that a file lies in; '' is the root. */
export function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}

/** The folder with the .dvc folder that a path belongs to; undefined: none. */
export function dvcRootOf(path: string, isFile: (path: string) => boolean): string | undefined {
  for (let folder = path; ; folder = folderOf(folder)) {
    if (isFile(folder === '' ? '.dvc/config' : `${folder}/.dvc/config`)) return folder;
    if (folder === '') return undefined;
  }
}
