import type { Digest } from '../../kernel/index.js';

/** What an address gave. */
interface Downloaded {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Brings what an address gives. */
export interface Downloads {
  /**
   * Saves the bytes to a new file whose folder is there; on failure none is left.
   *
   * @param url http or https.
   * @throws MlError ERR_ML_DOWNLOAD_FAILED, ERR_ML_CANCELLED
   */
  save(url: string, target: string): Promise<Downloaded>;
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
