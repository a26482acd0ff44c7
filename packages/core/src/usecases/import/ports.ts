import type { Digest } from '../../kernel/index.js';

/** What an address gave. */
interface Downloaded {
  /** Absolute path of the bytes. */
  readonly at: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Brings what an address gives. */
export interface Downloads {
  /**
   * Gives the whole to `use`, and removes it then. What an interruption leaves is kept, also by a killed process, and the next
   * call for that address goes on from there if the source says that it is what it was.
   *
   * @param url http or https.
   * @param expected what it must be, where that is known: bytes that came in parts and are others are brought again.
   * @throws MlError ERR_ML_DOWNLOAD_FAILED, ERR_ML_CANCELLED, and what `use` throws
   */
  bring<T>(
    url: string,
    expected: Digest | undefined,
    use: (downloaded: Downloaded) => Promise<T>,
  ): Promise<T>;
}

/** A repository of somebody that has pointers in it. */
export interface PointerRepository {
  /** Absolute path of its files on this machine; undefined for one that is elsewhere. They may differ from any commit. */
  readonly workingCopy: string | undefined;
  /**
   * The commit that a revision means, in full; without one, what it has checked out.
   * @throws MlError ERR_ML_USAGE for what it does not have; ERR_ML_DOWNLOAD_FAILED where it cannot be reached.
   */
  commit(revision: string | undefined): Promise<string>;
  /** The text of a file at a commit of its own; undefined: there is none, or one larger than 1 MB. */
  read(commit: string, path: string): Promise<string | undefined>;
  /** Removes what was fetched. */
  close(): Promise<void>;
}
