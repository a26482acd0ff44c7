import { digestOf, fromHex, hexOf } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import type { DataGlance, DataSeen } from '../../../data/index.js';
import { encodeTree } from '../../../store/index.js';
import type { TreeEntry } from '../../../store/index.js';
import type { Settled, StatCache } from './stat-cache.js';
import { compareTables } from './stat-rows.js';
import type { StatRows } from './stat-rows.js';
import { digestAt, numbersInRow } from './stat-table.js';
import type { StatTable } from './stat-table.js';

export interface GlanceInput {
  /** Workspace-relative path of the data. */
  readonly at: string;
  readonly cache: StatCache;
  readonly look: () => StatRows | undefined;
}

/** One look at a file or folder, side by side with what the cache knows of it. */
export class Glance implements DataGlance {
  readonly #input: GlanceInput;
  readonly #rows: StatRows;
  readonly #known: StatTable | undefined;
  /** 32 bytes for each row; those of unknown rows are what the file had before, or zero. */
  readonly #digests: Buffer;
  readonly #unknown: readonly number[];
  readonly #hasSamePaths: boolean;
  /** Of before anything was read. Asked for only where something will be. */
  readonly #settled: Settled | undefined;

  constructor(rows: StatRows, input: GlanceInput) {
    this.#input = input;
    this.#rows = rows;
    this.#known = input.cache.load(input.at);
    const { digests, unknown, hasSamePaths } = compareTables(rows, this.#known);
    this.#digests = digests;
    this.#unknown = unknown;
    this.#hasSamePaths = hasSamePaths;
    this.#settled = unknown.length === 0 ? undefined : input.cache.settled();
  }

  get kind(): 'file' | 'tree' {
    return this.#rows.isFolder ? 'tree' : 'file';
  }

  get paths(): readonly string[] {
    return this.#rows.paths;
  }

  get unknown(): readonly string[] {
    return this.#unknown.map((row) => this.paths[row] ?? '');
  }

  /**
   * Learns what is not known by reading it.
   *
   * @param read gets a path below the folder, or '' for the file itself, and its size in bytes.
   */
  read(read: (path: string, size: number) => Digest): DataSeen {
    const { isFolder } = this.#rows;
    return this.learn(
      new Map(
        this.#unknown.map((row) => {
          const path = this.paths[row] ?? '';
          return [path, read(isFolder ? path : '', this.#sizeOf(row))];
        }),
      ),
    );
  }

  learn(learnt: ReadonlyMap<string, Digest>): DataSeen {
    const isSame = this.#take(learnt) && this.#hasSamePaths;
    const known = this.#known;
    const digest = isSame && known !== undefined ? known.digest : this.#digestOfAll();
    if (this.#unknown.length > 0 || !this.#hasSamePaths) this.#save(digest);
    const size = this.paths.reduce((sum, _, row) => sum + this.#sizeOf(row), 0);
    return {
      ref: { kind: this.kind, digest, size, files: this.paths.length },
      entries: () => this.#entries(),
    };
  }

  isStill(): boolean {
    const now = this.#input.look();
    const { paths, numbers } = this.#rows;
    return (
      now?.paths.length === paths.length &&
      now.paths.every((path, row) => path === paths[row]) &&
      now.numbers.every((value, index) => value === numbers[index])
    );
  }

  /** @returns whether every digest is what it was before. */
  #take(learnt: ReadonlyMap<string, Digest>): boolean {
    let isSame = true;
    for (const row of this.#unknown) {
      const digest = learnt.get(this.paths[row] ?? '');
      if (digest === undefined) throw new Error(`Nobody told the digest of ${String(this.paths[row])}`);
      const before = this.#digests.subarray(row * 32, row * 32 + 32);
      const now = Buffer.from(hexOf(digest), 'hex');
      isSame &&= now.equals(before);
      now.copy(before);
    }
    return isSame;
  }

  #digestOfAll(): Digest {
    return this.kind === 'file' ? digestAt(this.#digests, 0) : digestOf(encodeTree(this.#entries()));
  }

  #entries(): readonly TreeEntry[] {
    const hex = this.#digests.toString('hex');
    return this.paths.map((path, row) => ({
      path,
      digest: fromHex(hex.slice(row * 64, row * 64 + 64)),
      size: this.#sizeOf(row),
    }));
  }

  #sizeOf(row: number): number {
    return Number(this.#rows.numbers[row * numbersInRow + 2]);
  }

  #save(digest: Digest): void {
    const numbers = this.#rows.numbers.slice();
    for (const row of this.#unknown) if (!this.#isSettled(row)) numbers.fill(0n, row * 5, row * 5 + 5);
    const { isFolder, paths } = this.#rows;
    this.#input.cache.save(this.#input.at, { isFolder, digest, paths, numbers, digests: this.#digests });
  }

  #isSettled(row: number): boolean {
    const settled = this.#settled;
    const [device, , , mtime = 0n, ctime = 0n] = this.#rows.numbers.subarray(row * 5, row * 5 + 5);
    if (settled === undefined) return false;
    const limit = device === settled.device ? settled.own : settled.other;
    return mtime < limit && ctime < limit;
  }
}
