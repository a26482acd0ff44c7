import type { Digest } from '../kernel/index.js';
import type { ObjectRef, TreeEntry } from '../store/index.js';

/** What lies at a path of the workspace: a file or a folder of files, and what each has in it. */
export interface DataSeen {
  /** The reference that it would have in the store. */
  readonly ref: ObjectRef;
  /** Sorted by path, relative to the folder; of a file the one entry is under its own name. */
  entries(): readonly TreeEntry[];
}

/** What lies at a path, looked at and not read: the digests that are remembered of files that did not change. */
export interface DataGlance {
  readonly kind: ObjectRef['kind'];
  /** Relative to the folder, sorted; of a file its own name. */
  readonly paths: readonly string[];
  /** Those among them whose digest is not remembered. */
  readonly unknown: readonly string[];
  /**
   * Takes the digests of all unknown paths, as they were read after this glance, and remembers them.
   * @returns what lies there, as of this glance.
   */
  learn(digests: ReadonlyMap<string, Digest>): DataSeen;
  /** Looks once more. False when any file came, went, or is no longer the one that was looked at. */
  isStill(): boolean;
}

/**
 * Data in the workspace, which may be large and many files: what did not change since the last look is not read again.
 * Paths are workspace-relative with `/`.
 */
export interface WorkspaceData {
  /**
   * Reads what is not remembered.
   *
   * @returns undefined when nothing is there.
   * @throws MlError ERR_ML_PATH_UNSAFE for a link, a socket or a name that no store takes; ERR_ML_FILE_INACCESSIBLE
   */
  look(path: string): DataSeen | undefined;
  /** As look, without reading. */
  glance(path: string): DataGlance | undefined;
  /** The bytes of a file of the workspace. @throws MlError ERR_ML_FILE_INACCESSIBLE */
  readBytes(path: string): Buffer;
  /**
   * The text of a small file; undefined where there is none.
   *
   * @param limit most bytes; of a longer one the beginning.
   * @throws MlError ERR_ML_FILE_INACCESSIBLE
   */
  readText(path: string, limit: number): string | undefined;
}
