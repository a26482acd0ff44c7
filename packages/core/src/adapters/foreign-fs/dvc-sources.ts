import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import {
  cachePaths,
  folderObjectText,
  maxFolderObjectBytes,
  parseFolderObject,
} from '../../interop/dvc/index.js';
import type { FolderEntry, HashedData } from '../../interop/dvc/index.js';

import { dvcPlace } from './dvc-place.js';
import { md5Of, md5OfText } from './md5.js';
import { textOf } from './text-of.js';

/** Where the bytes that a .dvc file or dvc.lock names may lie: in the workspace, and in the DVC cache. */
export class DvcSources {
  readonly #root: string;
  readonly #cache: string;

  /** @param file workspace-relative: the .dvc folder above it tells which cache. */
  constructor(root: string, file: string) {
    this.#root = root;
    this.#cache = dvcPlace(root, file).cacheFolder;
  }

  /** Absolute paths of the files that may be it, of which any may be missing or another: the workspace's first. */
  candidates(path: string, md5: string): readonly string[] {
    return [join(this.#root, path), ...this.cached({ md5, isFolder: false })];
  }

  /**
   * The files of a folder: as the cache lists them, or as they lie in the workspace if those are what is named; undefined:
   * neither is so.
   *
   * @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE
   */
  entriesOf({
    path,
    md5,
    legacy,
  }: Pick<HashedData, 'path' | 'md5' | 'legacy'>): readonly FolderEntry[] | undefined {
    const listed = this.listedEntries({ path, md5 });
    if (listed !== undefined) return listed;
    const text = folderObjectText(entriesBelow(join(this.#root, path), legacy));
    return md5OfText(text) === md5 ? parseFolderObject(text, path) : undefined;
  }

  /** The files of a folder as the cache lists them. @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE */
  listedEntries({ path, md5 }: Pick<HashedData, 'path' | 'md5'>): readonly FolderEntry[] | undefined {
    for (const object of this.cached({ md5, isFolder: true })) {
      const text = textOf(object, maxFolderObjectBytes);
      if (text !== undefined && md5OfText(text) === md5) return parseFolderObject(text, path);
    }
    return undefined;
  }

  cached(object: Pick<HashedData, 'md5' | 'isFolder'>): readonly string[] {
    return cachePaths(object).map((path) => join(this.#cache, path));
  }
}

/** Are the bytes of a file those that an MD5 sum names? False where there is no such file. */
export function isSameFile(path: string, { md5, legacy }: Pick<HashedData, 'md5' | 'legacy'>): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const sums = md5Of(path);
  return sums.bytes === md5 || (legacy && sums.unixLines === md5);
}

/** Every file below a folder, as DVC lists it; [] where there is none. */
export function entriesBelow(folder: string, legacy: boolean): readonly FolderEntry[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const sums = md5Of(path);
      return { path: relative(folder, path).split(sep).join('/'), md5: legacy ? sums.unixLines : sums.bytes };
    });
}
