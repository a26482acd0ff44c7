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

/** How a file reached the workspace. Only `link` shares its inode with the store. */
export type Placement = 'reflink' | 'link' | 'copy';

/** How far a long operation has come. The numbers only grow. */
export interface StoreProgress {
  readonly files: number;
  readonly bytes: number;
  /** How many there are in all, once that is known. */
  readonly ofFiles?: number | undefined;
  readonly ofBytes?: number | undefined;
}

/** For whoever waits for a long operation. */
export interface WatchOptions {
  /** Told now and then, and at the end of a success with everything that was done. What it throws ends the operation. */
  readonly onProgress?: ((progress: StoreProgress) => void) | undefined;
  /**
   * When it is aborted the operation stops soon and rejects with the signal's reason. It leaves what any failure leaves:
   * objects are stored whole or not at all, a target is as it was or as it should be.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Why `by: 'link'` left a file alone and stored a copy of it. */
export type NotLinked =
  /** The store shares no file system with it, or the file system refused the link. */
  | 'no-links'
  /** It belongs to another user, who may write into it. */
  | 'other-owner'
  /** It has other names outside the store, by which it may be written. */
  | 'other-names';

export interface PutOptions extends WatchOptions {
  /**
   * `copy` (default): the caller's files are read, never moved, changed or linked into the store.
   * `link`: each of them may become a link to its object, with no right to write left. That spares a copy, and a file that is
   * written to all the same (by root, by somebody who gives himself the right, by a handle that was open before) takes
   * the object with it: the next read finds that, and the bytes of before are lost unless they are elsewhere. What cannot be linked
   * safely is stored as a copy and left alone. A failure leaves some of the files linked, each to a right object.
   */
  readonly by?: 'copy' | 'link' | undefined;
  /** Told of each file that was to become a link and stayed what it was; absolute. */
  readonly onCopied?: ((path: string, why: NotLinked) => void) | undefined;
}

export interface MaterialiseOptions extends WatchOptions {
  /**
   * `read` (default): the cheapest way that keeps the store safe; files are read-only, whichever way it was.
   * `edit`: the caller will write there, so files are writable and never share an inode with the store.
   */
  readonly for?: 'read' | 'edit';
}

/** The bytes of one object, that can be read again from any offset. */
export interface ObjectSource {
  /** Bytes. */
  readonly size: number;
  /** @returns the bytes of `[start, end)`. @throws MlError ERR_ML_SOURCE_CHANGED when they no longer are those verified. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** An object on its way here from another place, which may lie about it or be cut off. */
export interface IncomingObject {
  readonly digest: Digest;
  /** Bytes that it has there. */
  readonly size: number;
  /** Where it comes from, for messages. */
  readonly place: string;
  /** @returns the bytes from `start` to the end, in pieces that nobody overwrites. */
  read(start: number): Promise<AsyncIterable<Uint8Array>>;
}

/** Puts objects into a store. */
export interface ObjectWriter {
  putBytes(bytes: Uint8Array): Promise<ObjectRef>;

  /**
   * Stores one file.
   * @throws MlError ERR_ML_SOURCE_CHANGED when the file changed while it was read; ERR_ML_PATH_UNSAFE for a
   * symbolic link or anything else that is no regular file.
   */
  putFile(path: string, options?: PutOptions): Promise<ObjectRef>;

  /**
   * Stores every regular file below a folder and then the tree document. File modes and empty folders are not part
   * of a tree; a folder without files is the empty tree.
   * @throws MlError ERR_ML_SOURCE_CHANGED as for a file, also for files that came or went; ERR_ML_PATH_UNSAFE for a symbolic link, a socket or names that cannot stand on every file system.
   */
  putTree(folder: string, options?: PutOptions): Promise<ObjectRef>;

  /** Stores a file or a folder, whichever is there. */
  put(path: string, options?: PutOptions): Promise<ObjectRef>;
}

/**
 * Immutable bytes, named by their digest.
 *
 * - Idempotent: putting the same bytes twice, from any number of processes at once, leaves one object.
 * - Atomic: an object is visible whole and durable, or not at all; a crash at any moment leaves no half object
 *   under a name.
 * - Verified: nothing is handed out whose bytes do not match its digest. A mismatch is moved to quarantine and
 *   reported as ERR_ML_OBJECT_CORRUPT.
 * - Healing: after a put the object is right, even when it was there and damaged and nobody had noticed.
 * - The caller's files are read, never moved, changed or linked into the store, unless a put was asked to link them.
 *
 * All paths are absolute. Every method that touches the disk can throw ERR_ML_STORE_UNAVAILABLE, or
 * ERR_ML_FILE_INACCESSIBLE for a source or target.
 */
export interface ObjectStore extends ObjectWriter {
  /** True when an object of that name is there. Says nothing of its bytes: see verify. */
  has(digest: Digest): Promise<boolean>;

  /** The names among `digests` that are not there. One call for many, so that a remote can answer in one request. */
  missing(digests: readonly Digest[]): Promise<readonly Digest[]>;

  /**
   * Several puts as one: what they stored is visible and durable when this resolves, and may not be before. Making
   * objects durable is what costs, so ten in a batch cost little more than one. When `action` fails, what it put is
   * stored or not, never half.
   */
  batch<T>(action: (writer: ObjectWriter) => Promise<T>): Promise<T>;

  /**
   * The verified bytes of a small object.
   * @param limit most bytes to accept, 64 MB when not given; ERR_ML_DOCUMENT_INVALID beyond.
   * @throws MlError ERR_ML_OBJECT_MISSING, ERR_ML_OBJECT_CORRUPT
   */
  readBytes(digest: Digest, limit?: number): Promise<Buffer>;

  /**
   * Puts the verified object at `target`, replacing whatever is there as a whole: a file by one rename; where a
   * folder is involved the old one is moved aside first, so that a crash in between leaves no `target`. Parents are
   * made. Fails without touching `target`.
   * @throws MlError ERR_ML_OBJECT_MISSING, ERR_ML_OBJECT_CORRUPT; ERR_ML_PATH_UNSAFE when `target` is a symbolic
   * link or a tree holds unsafe paths; ERR_ML_DOCUMENT_INVALID for a tree whose document or sizes are wrong.
   */
  materialise(ref: ObjectRef, target: string, options?: MaterialiseOptions): Promise<void>;

  /**
   * The bytes of an object that travels to another place. All of them were read and found right before this resolves.
   * @throws MlError ERR_ML_OBJECT_MISSING, ERR_ML_OBJECT_CORRUPT
   */
  source(digest: Digest): Promise<ObjectSource>;

  /**
   * Takes in an object of any size as it comes, without holding more of it than a piece. It gets its name when all of its
   * bytes were found right, and is durable when this resolves. What came before an interruption (an error of the stream,
   * or the death of this process) is kept for about a day, and the next call for the same object asks for the rest alone.
   * Small objects are put as bytes, many in a batch.
   *
   * @throws MlError ERR_ML_OBJECT_CORRUPT, naming the place, when it gives other bytes; then nothing of them is kept.
   * An error of the stream comes through as it is.
   */
  receive(incoming: IncomingObject): Promise<void>;

  /** Reads every byte below a reference and compares. Corrupt objects are quarantined. */
  verify(ref: ObjectRef, options?: WatchOptions): Promise<VerifyResult>;
}

export interface VerifyResult {
  readonly missing: readonly Digest[];
  readonly corrupt: readonly Digest[];
}
