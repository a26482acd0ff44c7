import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { Disk } from './disk.js';
import type { ObjectFiles } from './object-files.js';
import { blockSize } from './flow-ends.js';
import type { OpenFile } from './open-file.js';
import { scratchBlock } from './scratch-block.js';
import { markOf, openSource } from './source.js';
import type { Mark } from './source.js';

/** What became of a small file. */
export interface SmallFile {
  readonly digest: Digest;
  readonly size: number;
  /** What the source looked like when it was opened. */
  readonly mark: Mark;
}

/** Where the bytes of a new object are to be written; undefined when somebody else has staged it. */
export type TemporaryFor = (digest: Digest) => string | undefined;

/**
 * Stages files of less than a block, without a promise between the calls: for a small file that would cost several times what
 * the calls do. Step 1 to 4 of "Writing an object" in docs/design/store.md.
 */
export class SmallFiles {
  private readonly block = scratchBlock('source');
  private readonly other = scratchBlock('standing');

  constructor(
    private readonly disks: { readonly disk: Disk; readonly workspace: Disk },
    private readonly objects: ObjectFiles,
  ) {}

  /** @returns undefined for a file that is too large for this */
  stage(path: string, temporaryFor: TemporaryFor): SmallFile | undefined {
    return this.measure(path, (digest, bytes) => {
      this.stageBytes(digest, bytes, temporaryFor);
    });
  }

  /**
   * Reads and hashes a file.
   *
   * @param take is given its bytes, which are overwritten afterwards
   * @returns undefined for a file that is too large for this
   */
  measure(path: string, take?: (digest: Digest, bytes: Buffer) => void): SmallFile | undefined {
    const { file: source, stat } = openSource(this.disks.workspace, path);
    try {
      if (stat.size >= BigInt(blockSize)) return undefined;
      const bytes = this.block.subarray(0, source.readSmall(this.block, Number(stat.size)));
      const digest = digestOf(bytes);
      take?.(digest, bytes);
      return { digest, size: bytes.length, mark: markOf(stat) };
    } finally {
      source.close();
    }
  }

  private stageBytes(digest: Digest, bytes: Buffer, temporaryFor: TemporaryFor): void {
    if (this.isThere(digest, bytes)) return;
    const temporary = temporaryFor(digest);
    if (temporary === undefined) return;
    const file = this.disks.disk.create(temporary, 0o444);
    try {
      file.write(bytes);
    } finally {
      file.close();
    }
  }

  /** True when the store has the object; a damaged one is moved out of the way. */
  private isThere(digest: Digest, bytes: Buffer): boolean {
    const existing = this.objects.tryOpen(digest);
    if (existing === undefined) return false;
    try {
      const stat = existing.stat();
      // Of an object whose age cannot be refreshed this user makes a copy, lest it is deleted as an old one.
      if (this.holds(existing, bytes)) return this.objects.rely(digest, stat.mtimeMs) === 'fresh';
      this.objects.quarantine(digest, stat.ino);
      return false;
    } finally {
      existing.close();
    }
  }

  private holds(file: OpenFile, bytes: Buffer): boolean {
    const count = file.readSmall(this.other, bytes.length);
    return this.other.subarray(0, count).equals(bytes);
  }
}
