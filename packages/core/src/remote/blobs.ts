/** A named piece of a remote. */
export interface BlobInfo {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** When it was written, milliseconds since the epoch by the place's own clock. Undefined where the place does not tell, as over HTTP. */
  readonly changedAt?: number;
}

/** Bytes that can be read again from any offset: an upload is cut into parts, and a part may need a second try. */
export interface BlobSource {
  /** Bytes. */
  readonly size: number;
  /** @returns the bytes of `[start, end)`, in pieces of any size that nobody overwrites. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  /**
   * Absolute path of a file of this machine that holds just these bytes and that nobody will write to, or needs, any more: `write` may move it to
   * its place instead of reading it.
   */
  readonly spare?: string;
}

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with the number of bytes that have newly come through, for progress. When all went well the numbers add up to the
   * size that was read or written; what an earlier, interrupted write had brought already counts at once.
   */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** Bytes from `start`, before `end`. */
export interface BlobRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A flat space of named bytes in another place. docs/design/remotes.md tells which names there are; all but those of
 * journals stand for their content, so writing twice is harmless and the last writer does no harm. A name is as
 * `checkBlobName` has it; another is ERR_ML_PATH_UNSAFE.
 *
 * Every method rejects with MlError: ERR_ML_REMOTE_UNAVAILABLE (cannot be reached, full, or goes on failing after
 * retries), ERR_ML_REMOTE_REFUSED (credentials, permission, no such bucket or folder), ERR_ML_CANCELLED (by the
 * signal). None of their messages holds a credential. A place that is not there never looks like an empty one.
 */
export interface Blobs {
  /** For messages, without secrets: `s3://bucket/prefix` or a folder. */
  readonly place: string;

  /**
   * What there is below a prefix, at any depth, by rising name (as bytes compare). The prefix is empty or ends with `/`. A blob appears
   * only when it is whole. Foreign things, whose names no blob can have, are passed over.
   *
   * @param after a name or any text before or behind which names can stand; only what stands behind it is listed.
   */
  list(prefix: string, after?: string): AsyncIterable<BlobInfo>;

  /** @returns bytes; undefined when there is no such blob. */
  size(name: string): Promise<number | undefined>;

  /** Bytes of those that are there. Only of a place that tells them of many names at once, faster than it lists all. */
  sizes?(names: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /**
   * @param range without it the whole; of a range that goes past the end as much as there is.
   * @returns undefined when there is no such blob. Nothing that comes is verified here. The pieces
   * belong to whoever reads them. Whoever stops iterating early frees whatever the read holds; a stream that nobody
   * iterates holds nothing.
   */
  read(
    name: string,
    range?: BlobRange,
    options?: TransferOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined>;

  /**
   * Whole or not at all, durable when it resolves. Goes on where an earlier, interrupted write of the same name and size
   * left off, where it can. An error of the source comes through as it is.
   *
   * @throws MlError ERR_ML_SOURCE_CHANGED when the source gives more or fewer bytes than its size.
   */
  write(name: string, source: BlobSource, options?: TransferOptions): Promise<void>;

  /**
   * Takes a name that nobody has, for a small blob (at most 1 MB). Of any number at once, one wins.
   * @returns false when it is taken; then nothing was written.
   */
  create(name: string, bytes: Uint8Array): Promise<boolean>;

  /** It need not be there. */
  remove(name: string): Promise<void>;
}
