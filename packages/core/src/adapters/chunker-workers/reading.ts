import { Cutter } from '../../chunks/index.js';
import { ListBuilder } from './list-builder.js';
import type { FromReader, ThreadTask } from './messages.js';
import { blockSize, Ring, ringBlocks } from './ring.js';
import { SourceFile } from './source-file.js';

/** Blocks between two words of progress. */
const reportEvery = 16;

/**
 * The first thread: reads blocks ahead and cuts them; when the ring is full it hashes chunks. Ends when all is
 * hashed, or when it is told to stop.
 */
export class Reading {
  readonly #file: SourceFile;
  readonly #ring: Ring;
  readonly #cutter: Cutter;
  readonly #list = new ListBuilder();
  /** Sizes of the chunks whose digests are not collected yet. */
  readonly #sizes: number[] = [];
  readonly #tell: (message: FromReader) => void;
  #collected = 0;
  /** Bytes of the file: read, cut into chunks, hashed as chunks. */
  #read = 0;
  #cut = 0;
  #hashed = 0;

  constructor({ path, memory }: ThreadTask, tell: (message: FromReader) => void) {
    this.#file = new SourceFile(path);
    this.#ring = new Ring(memory);
    this.#cutter = new Cutter(memory.bytes);
    this.#tell = tell;
  }

  run(): void {
    try {
      if (this.#file.isRegular()) this.#work();
      else this.#tell({ kind: 'irregular', what: 'is no regular file' });
    } finally {
      this.#file.close();
    }
  }

  #work(): void {
    const ring = this.#ring;
    while (ring.get('stop') === 0) {
      const tick = ring.get('tick');
      this.#collect();
      if (ring.get('ended') === 0 && this.#hasRoom()) this.#readBlock();
      else if (this.#isDone()) {
        this.#tellResult();
        return;
      } else if (!ring.hashOne()) ring.wait(tick);
    }
  }

  /** The block that would be overwritten has been hashed, as a part of the whole and in chunks. */
  #hasRoom(): boolean {
    const oldest = this.#ring.get('written') - ringBlocks;
    return oldest < this.#ring.get('hashed') && (oldest + 1) * blockSize <= this.#hashed;
  }

  #readBlock(): void {
    const index = this.#ring.get('written');
    const block = this.#ring.block(index);
    const length = this.#file.read(block);
    this.#cutBlock(block.byteOffset, length);
    this.#read += length;
    if (length < blockSize) this.#end(length);
    else this.#ring.set('written', index + 1);
    if (length < blockSize || (index + 1) % reportEvery === 0)
      this.#tell({ kind: 'read', bytes: (index % reportEvery) * blockSize + length });
  }

  /** @param from where the block begins in the memory */
  #cutBlock(from: number, length: number): void {
    const to = from + length;
    for (let at = from; ;) {
      const cut = this.#cutter.next(at, to);
      if (cut === undefined) return;
      this.#publish(this.#read + cut - from - this.#cut);
      at = cut;
    }
  }

  #end(lengthOfLast: number): void {
    if (this.#cutter.pending > 0) this.#publish(this.#cutter.pending);
    this.#ring.set('ended', lengthOfLast + 1); // Never 0, which says that there is more.
  }

  #publish(size: number): void {
    this.#ring.publish(this.#cut, size);
    this.#sizes.push(size);
    this.#cut += size;
  }

  #collect(): void {
    while (this.#sizes.length > 0) {
      const digest = this.#ring.digestOf(this.#collected);
      if (digest === undefined) return;
      const size = this.#sizes.shift() ?? 0;
      this.#list.add(digest, size);
      this.#hashed += size;
      this.#collected += 1;
    }
  }

  /** The second thread counts the last block, however long, when the digest of the whole stands. */
  #isDone(): boolean {
    const { hashed, written } = { hashed: this.#ring.get('hashed'), written: this.#ring.get('written') };
    return this.#sizes.length === 0 && hashed === written + 1;
  }

  #tellResult(): void {
    if (!this.#file.isUnchanged(this.#read)) this.#tell({ kind: 'changed' });
    else
      this.#tell({
        kind: 'cut',
        size: this.#read,
        list: this.#list.bytes(),
        digest: this.#ring.wholeDigest(),
      });
  }
}

/** What is told of an error of the system's. */
export function told(error: unknown): FromReader {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ELOOP') return { kind: 'irregular', what: 'is a symbolic link' };
  if (code === 'ENXIO') return { kind: 'irregular', what: 'is no regular file' };
  if (code === undefined) throw error;
  return { kind: 'failed', message };
}
