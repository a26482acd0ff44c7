/** A named piece of a remote. */
export interface BlobInfo {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** Bytes that can be read again from any offset: an upload is cut into parts, and a part may need a second try. */
export interface BlobSource {
  /** Bytes. */
  readonly size: number;
  /** @returns the bytes of `[start, end)`. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes that have newly come through, for progress. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * A flat space of named bytes in another place. docs/design/remotes.md tells which names there are; all but those of
 * journals stand for their content, so writing twice is harmless and the last writer does no harm.
 *
 * Every method rejects with MlError: ERR_ML_REMOTE_UNAVAILABLE (cannot be reached, or goes on failing after retries),
 * ERR_ML_REMOTE_REFUSED (credentials, permission, no such bucket), ERR_ML_CANCELLED (by the signal). None of their
 * messages holds a credential.
 */
export interface Blobs {
  /** For messages, without secrets: `s3://bucket/prefix` or a folder. */
  readonly place: string;

  /** What there is below a prefix such as `packs/`, in no promised order. A blob appears only when it is whole. */
  list(prefix: string): AsyncIterable<BlobInfo>;

  /** @returns bytes; undefined when there is no such blob. */
  size(name: string): Promise<number | undefined>;

  /**
   * @param range of bytes `[start, end)`; without it the whole.
   * @returns undefined when there is no such blob. Nothing that comes is verified here.
   */
  read(
    name: string,
    range?: { readonly start: number; readonly end: number },
    options?: TransferOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined>;

  /** Whole or not at all. Goes on where an earlier, interrupted write of the same name and size left off, where it can. */
  write(name: string, source: BlobSource, options?: TransferOptions): Promise<void>;

  /**
   * Takes a name that nobody has, for a small blob.
   * @returns false when it is taken; then nothing was written.
   */
  create(name: string, bytes: Uint8Array): Promise<boolean>;

  /** It need not be there. */
  remove(name: string): Promise<void>;
}
