import type { Blobs, BlobSource, TransferOptions } from './blobs.js';

/** One blob, held open: what it has does not change under whoever reads it, also when it is removed or replaced meanwhile. */
export interface OpenBlob {
  /** Bytes. */
  readonly size: number;
  /** Another whenever the bytes may have become others, so that what was verified once need not be again. Undefined: nobody can tell. */
  readonly version: string | undefined;

  /**
   * The bytes of `[start, end)`, of which there must be so many. Memory is used again: a piece is good until two more were
   * asked for.
   */
  pieces(start: number, end: number): AsyncIterable<Uint8Array>;

  /** Once, whether everything was read or not. */
  close(): Promise<void>;
}

/** What a server asks of the place that it serves, beyond what its users ask of a remote. */
export interface ServedBlobs extends Blobs {
  /** Whether `createFrom` reads its source just once, from start to end: then what comes from a socket can be one. */
  readonly readsOnce: boolean;

  /**
   * As `create`, for a blob of any size: whole or not at all, durable when it resolves, and of any number at once one wins. A piece
   * of the source is done with when the next is asked for. A name that is known to be taken leaves the source unread.
   *
   * @returns false when the name is taken.
   * @throws MlError as `write`; ERR_ML_REMOTE_REFUSED for more than the place takes at once (a bucket: 5 GB).
   */
  createFrom(name: string, source: BlobSource, options?: TransferOptions): Promise<boolean>;

  /** @returns undefined when there is no such blob. */
  open(name: string): Promise<OpenBlob | undefined>;
}
