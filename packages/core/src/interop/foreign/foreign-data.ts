import type { Digest } from '../../kernel/index.js';
import type { HubDataset } from '../huggingface/hub-dataset.js';
import type { ForeignRef, ForeignSum } from './foreign-ref.js';

/** One file of foreign data. */
export interface ForeignFile {
  /** In the dataset; relative, checked. */
  readonly path: string;
  readonly sum: ForeignSum;
}

/** A file on this machine whose bytes were all read and are what its sum says. They may change after that. */
export interface FoundFile {
  /** Absolute. */
  readonly at: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

export type ListedFrom = 'cache' | 'here' | 'remotes';

/** Where data was looked for in vain. */
export interface Whereabouts {
  /** Completes "it is": `neither in the workspace nor in the DVC cache`. */
  readonly text: string;
  /** What brings it. */
  readonly fix: string;
}

/**
 * Where other tools keep bytes. Nothing is believed: a list of files has the sum that names it, a file too, and no path leaves
 * its folder. Paths are absolute unless they say otherwise.
 *
 * Every method can throw ERR_ML_DVC_INVALID, ERR_ML_POINTER_INVALID or ERR_ML_PATH_UNSAFE for what is malformed or hostile;
 * those that ask remotes also ERR_ML_REMOTE_UNAVAILABLE, ERR_ML_REMOTE_REFUSED and ERR_ML_DOWNLOAD_FAILED.
 */
export interface ForeignData {
  /**
   * The files behind a name, sorted by path.
   *
   * @param from how far it is looked for. Of DVC's folders `cache` takes what DVC itself listed, and `here` also what lies in
   * the workspace, which is read for it.
   * @returns undefined where the list is not to be had.
   */
  list(ref: ForeignRef, from: ListedFrom): Promise<readonly ForeignFile[] | undefined>;

  /** The sizes of files as a cache of the tool has them, in bytes, by their names alone; undefined for one that it has not. */
  cachedSizes(ref: ForeignRef, files: readonly ForeignFile[]): readonly (number | undefined)[];

  /** A verified copy of a file on this machine: in the workspace, or in a cache of the tool. */
  find(ref: ForeignRef, file: ForeignFile): Promise<FoundFile | undefined>;

  /** Brings a file to `target`, whose folder is there, verified while it streams in; undefined: no remote has it. */
  fetch(ref: ForeignRef, file: ForeignFile, target: string): Promise<FoundFile | undefined>;

  whereabouts(ref: ForeignRef): Whereabouts;

  /** The commit that a branch or tag of a hub dataset was at when it was last asked for, as far as the cache knows. */
  hubCommit(dataset: HubDataset): string | undefined;

  /**
   * The file behind a Git LFS pointer, verified; undefined: git-lfs does not have it here.
   *
   * @throws MlError ERR_ML_FOREIGN_DAMAGED
   */
  lfsObject(digest: Digest): Promise<FoundFile | undefined>;
}
