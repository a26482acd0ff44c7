import type { TreeEntry } from '../../store/index.js';

/** Data as DVC's cache has it now, and as it would be in our store. */
export interface DvcCached {
  /** Of the file, or of the list of files. */
  readonly md5: string;
  /** Bytes in all. */
  readonly size: number;
  /** Sorted by path; of a file the one entry is under its own name. */
  readonly entries: readonly TreeEntry[];
  readonly isFolder: boolean;
}

/** The cache of a DVC project on this machine. */
export interface DvcCache {
  /**
   * Puts a file or a folder into the cache as `dvc add` does, a folder's list of files last. An object that is there already and
   * right stays; a damaged one is replaced. The data itself is read and left as it is.
   *
   * @param path workspace-relative.
   * @throws MlError ERR_ML_DVC_INVALID where there is no DVC project, or rules in a .dvcignore might leave files out;
   * ERR_ML_PATH_UNSAFE for links and names that cannot stand on every file system; ERR_ML_SOURCE_CHANGED;
   * ERR_ML_FILE_INACCESSIBLE
   */
  put(path: string): Promise<DvcCached>;
}
