import type { Digest } from '../kernel/index.js';

/**
 * What a digest names: one file, or a tree of files. A tree is itself an object, the canonical document of
 * tree.ts, so that its digest covers every path and every byte below it.
 */
export interface ObjectRef {
  readonly kind: 'file' | 'tree';
  readonly digest: Digest;
  /** Bytes of the file, or of all files of the tree together. */
  readonly size: number;
  /** Number of files: 1 for a file. */
  readonly files: number;
}

/** How a file reached the workspace; `copy` is always writable, the others never are. */
export type Placement = 'reflink' | 'link' | 'copy';

export interface MaterialiseOptions {
  /**
   * `read` (default): the cheapest way that keeps the store safe, read-only.
   * `edit`: the caller will write there, so bytes are never shared with the store.
   */
  readonly for?: 'read' | 'edit';
}

/**
 * Immutable bytes, named by their digest.
 *
 * - Idempotent: putting the same bytes twice, from any number of processes at once, leaves one object.
 * - Atomic: an object is visible whole and durable, or not at all; a crash at any moment leaves no half object
 *   under a name.
 * - Verified: nothing is handed out whose bytes do not match its digest. A mismatch is moved to quarantine and
 *   reported as ERR_ML_OBJECT_CORRUPT; the next put of those bytes heals the store.
 * - The caller's files are read, never moved, changed or linked into the store.
 *
 * All paths are absolute.
 */
export interface ObjectStore {
  /** True when an object of that name is there. Says nothing of its bytes: see verify. */
  has(digest: Digest): Promise<boolean>;

  /** The names among `digests` that are not there. One call for many, so that a remote can answer in one request. */
  missing(digests: readonly Digest[]): Promise<readonly Digest[]>;

  putBytes(bytes: Uint8Array): Promise<ObjectRef>;

  /**
   * Stores one file.
   * @throws MlError ERR_ML_SOURCE_CHANGED when the file changed while it was read.
   */
  putFile(path: string): Promise<ObjectRef>;

  /**
   * Stores every regular file below a folder and then the tree document. File modes are not part of a tree.
   * @throws MlError ERR_ML_PATH_UNSAFE for a symbolic link, a socket or names that cannot stand on every file system.
   */
  putTree(folder: string): Promise<ObjectRef>;

  /** Stores a file or a folder, whichever is there. */
  put(path: string): Promise<ObjectRef>;

  /**
   * The verified bytes of a small object.
   * @param limit most bytes to accept, 64 MB when not given; ERR_ML_DOCUMENT_INVALID beyond.
   * @throws MlError ERR_ML_OBJECT_MISSING, ERR_ML_OBJECT_CORRUPT
   */
  readBytes(digest: Digest, limit?: number): Promise<Buffer>;

  /**
   * Puts the verified object at `target`, replacing whatever is there by one rename (a folder: as a whole).
   * Parents are made. Fails without touching `target`.
   * @throws MlError ERR_ML_OBJECT_MISSING, ERR_ML_OBJECT_CORRUPT, ERR_ML_PATH_UNSAFE
   */
  materialise(ref: ObjectRef, target: string, options?: MaterialiseOptions): Promise<void>;

  /** Reads every byte below a reference and compares. Corrupt objects are quarantined. */
  verify(ref: ObjectRef): Promise<VerifyResult>;
}

export interface VerifyResult {
  readonly missing: readonly Digest[];
  readonly corrupt: readonly Digest[];
}
