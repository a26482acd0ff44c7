import { MlError } from './errors.js';
import { compareText } from './json.js';

/**
 * Checks a path that came from a document (tree, pointer, archive) before anything is written there:
 * relative, `/` as separator, no `.` or `..` segment, no NUL, no backslash, no drive letter, at most 1,024 bytes.
 *
 * @throws MlError ERR_ML_PATH_UNSAFE
 */
export function checkRelativePath(path: string): string {
  const reason = unsafeReason(path);
  if (reason === undefined) return path;
  throw unsafe(`${JSON.stringify(path.slice(0, 200))} ${reason}`);
}

function unsafeReason(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (path.includes('\0')) return 'holds a NUL';
  if (path.includes('\\')) return 'holds a backslash';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute';
  if (Buffer.byteLength(path) > 1024) return 'is longer than 1,024 bytes';
  if (!path.isWellFormed()) return 'is not valid Unicode';
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..'))
    return 'has an empty, "." or ".." segment';
  return undefined;
}

/**
 * Checks that a list of paths can stand together on any file system: each safe, sorted, none twice, none equal
 * to another when case and Unicode form are ignored, none both a file and a folder.
 *
 * @throws MlError ERR_ML_PATH_UNSAFE
 */
export function checkPathSet(paths: readonly string[]): void {
  const folded = new Set<string>();
  let previous: string | undefined;
  for (const path of paths) {
    checkRelativePath(path);
    if (previous !== undefined && compareText(previous, path) >= 0)
      throw unsafe(`${JSON.stringify(path)} stands twice or out of order`);
    const fold = foldPath(path);
    if (folded.has(fold))
      throw unsafe(`${JSON.stringify(path)} differs from another only by case or Unicode form`);
    folded.add(fold);
    previous = path;
  }
  for (const path of paths) checkNoFileAsFolder(path, folded);
}

function checkNoFileAsFolder(path: string, files: ReadonlySet<string>): void {
  const parts = foldPath(path).split('/');
  for (let length = 1; length < parts.length; length += 1) {
    const folder = parts.slice(0, length).join('/');
    if (files.has(folder)) throw unsafe(`${JSON.stringify(folder)} is both a file and a folder`);
  }
}

/** What a path becomes on a file system that knows neither case nor Unicode forms. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function unsafe(what: string): MlError {
  return new MlError('ERR_ML_PATH_UNSAFE', {
    message: `The path ${what}`,
    fix: 'Rename the file, or do not use this document: it may have been tampered with.',
  });
}
