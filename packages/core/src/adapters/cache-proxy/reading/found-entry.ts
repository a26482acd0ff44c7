import type { FileHandle } from 'node:fs/promises';

/** An entry that was verified from end to end; whoever gets it closes the file. */
export interface FoundEntry {
  readonly handle: FileHandle;
  /** Bytes. */
  readonly size: number;
}
