import type { OpenFile } from './open-file.js';

/** A block stays in the processor's cache while it is hashed and written, and takes far longer to hash than to hand over. */
export const blockSize = 1024 * 1024;
/** Blocks that may wait to be written. More would fall out of the cache, which costs more than the waiting spares. */
const mostWaiting = 1;
/** After so many bytes written they start on their way to the disk, so that the last sync finds little to do. */
const syncEvery = 64 * blockSize;

/** Part of a file: `count` bytes from `at` on. */
interface Part {
  readonly block: Uint8Array;
  readonly at: number;
  readonly count: number;
}

/** Blocks to use again. One may be given back while this thread still reads it: it is taken at its next turn. */
export class Blocks {
  private readonly own = new WeakSet<Uint8Array>();
  private readonly free: Buffer[] = [];

  take(): Buffer {
    const block = this.free.pop() ?? Buffer.allocUnsafeSlow(blockSize);
    this.own.add(block);
    return block;
  }

  /** What was not taken from here is left to its owner. */
  give(block: Uint8Array): void {
    if (this.own.has(block)) this.free.push(block as Buffer);
  }
}

/** What other threads do for one file. */
class Aside {
  private readonly running = new Set<Promise<void>>();
  private readonly failures: unknown[] = [];

  get count(): number {
    return this.running.size;
  }

  start(work: Promise<void>): void {
    const watched = work
      .catch((error: unknown) => {
        this.failures.push(error);
      })
      .finally(() => this.running.delete(watched));
    this.running.add(watched);
  }

  /** Resolves when nothing is under way any more, whether it failed or not. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** @throws the first failure so far */
  check(): void {
    if (this.failures.length > 0) throw this.failures[0];
  }
}

/** Reads one block ahead. */
export class Source {
  private readonly reads = new Aside();
  private wanted: number | undefined;
  private ahead: Part | undefined;

  constructor(
    private readonly file: OpenFile,
    private readonly blocks: Blocks,
  ) {}

  /** The part from `at` on, which is shorter than a block only at the end of the file. */
  read(at: number): Part {
    this.reads.check();
    const part = this.ahead ?? this.readNow(at);
    this.ahead = undefined;
    this.wanted = undefined;
    // One that comes too late is let run out first.
    if (part.count === blockSize && this.reads.count === 0) this.readAhead(at + blockSize);
    return part;
  }

  async end(): Promise<void> {
    await this.reads.idle();
    this.reads.check();
  }

  idle(): Promise<void> {
    return this.reads.idle();
  }

  private readNow(at: number): Part {
    const block = this.blocks.take();
    return { block, at, count: this.file.readAt(block, at) };
  }

  private readAhead(at: number): void {
    const block = this.blocks.take();
    this.wanted = at;
    const arrived = (count: number): void => {
      if (this.wanted === at) this.ahead = { block, at, count };
      else this.blocks.give(block);
    };
    this.reads.start(this.file.readAside(block, at).then(arrived));
  }
}

/** Writes behind, and starts to sync on the way. */
export class Sink {
  private readonly writes = new Aside();
  private readonly syncs = new Aside();
  private readonly waiting: Part[] = [];
  private unsynced = 0;

  constructor(
    private readonly file: OpenFile,
    private readonly blocks: Blocks,
  ) {}

  write(part: Part): void {
    this.check();
    if (this.waiting.length >= mostWaiting) this.writeNow(part);
    else this.waiting.push(part);
    if (this.writes.count === 0 && this.waiting.length > 0) this.writes.start(this.writeWaiting());
    if (this.unsynced < syncEvery || this.syncs.count > 0) return;
    this.unsynced = 0;
    this.syncs.start(this.file.sync());
  }

  /** Resolves when all is written. It need not be durable. */
  async end(): Promise<void> {
    for (let part = this.waiting.shift(); part !== undefined; part = this.waiting.shift())
      this.writeNow(part);
    await this.idle();
    this.check();
  }

  async idle(): Promise<void> {
    await Promise.all([this.writes.idle(), this.syncs.idle()]);
  }

  private check(): void {
    this.writes.check();
    this.syncs.check();
  }

  private writeNow(part: Part): void {
    this.file.writeAt(part.block.subarray(0, part.count), part.at);
    this.written(part);
  }

  private async writeWaiting(): Promise<void> {
    for (let part = this.waiting.shift(); part !== undefined; part = this.waiting.shift()) {
      await this.file.writeAside(part.block.subarray(0, part.count), part.at);
      this.written(part);
    }
  }

  private written({ block, count }: Part): void {
    this.blocks.give(block);
    this.unsynced += count;
  }
}
