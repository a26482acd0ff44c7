import type { Digest } from '../../kernel/index.js';
import type { TreeEntry } from '../../store/index.js';

/** MD5 sums of a file as DVC takes them. */
export interface Md5Sums {
  readonly md5: string;
  /** As DVC 2 did: of a text with its line ends as `\n`. */
  readonly legacy: string;
}

/** MD5 sums of data in the workspace whose sha256 is known. A content that was summed once is not read again for that. */
export interface DataSums {
  /**
   * @param at workspace-relative path of a file, or of the folder that the entries lie in.
   * @param entries as they were just seen there.
   * @throws MlError ERR_ML_SOURCE_CHANGED for a file that is another by now; ERR_ML_FILE_INACCESSIBLE
   */
  of(at: string, kind: 'file' | 'tree', entries: readonly TreeEntry[]): ReadonlyMap<Digest, Md5Sums>;
}
