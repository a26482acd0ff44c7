import type { Digest } from '../kernel/index.js';
import type { ChunkList } from './chunk-list.js';

/** A file as it was cut. */
export interface CutFile {
  /** Of the whole. */
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly chunks: ChunkList;
}

export interface CutOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes that have newly been read, for progress. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** Cuts files into chunks. */
export interface Chunker {
  /**
   * Reads a file once, in bounded memory.
   *
   * @param path absolute
   * @throws MlError ERR_ML_FILE_INACCESSIBLE, ERR_ML_PATH_UNSAFE for anything but a regular file,
   * ERR_ML_SOURCE_CHANGED when the file changed while it was read, ERR_ML_CANCELLED by the signal, ERR_ML_THREAD_LOST
   * when a thread of ours died
   */
  cut(path: string, options?: CutOptions): Promise<CutFile>;
}
