import { createHash, hash } from 'node:crypto';

import { cutterMemory, reserved } from '../../chunks/index.js';
import type { SharedMemory } from '../../chunks/index.js';

/** Bytes of a block: what is read at once. */
export const blockSize = 1024 * 1024;
/** Blocks in memory at once. */
export const ringBlocks = 8;
const ringSize = ringBlocks * blockSize;
/** More chunks than the ring can hold: all but the last have 16 KB or more. */
const slots = 1024;
const digestSize = 32;

/** Words of the shared counters. All but `stop` and `ended` only grow; `tick` with any of them. */
const words = {
  tick: 0,
  stop: 1,
  written: 2,
  hashed: 3,
  published: 4,
  taken: 5,
  ended: 6,
  length: 8,
} as const;
type Word = Exclude<keyof typeof words, 'length'>;

/** What both threads hold of one ring. */
export interface RingMemory {
  readonly bytes: SharedMemory;
  readonly state: SharedArrayBuffer;
}

export function ringMemory(): RingMemory {
  const counters = 4 * (words.length + 3 * slots);
  return {
    bytes: cutterMemory(ringSize),
    state: new SharedArrayBuffer(counters + digestSize * (slots + 1)),
  };
}

/**
 * The last 8 MB of a file, shared by the thread that reads and cuts and the thread that hashes the whole. Chunks are
 * jobs that either takes; a slot is used again when the reader has collected its digest.
 *
 * Whoever changes something bumps `tick`; whoever finds nothing to do sleeps until it changes.
 */
export class Ring {
  readonly #counters: Int32Array;
  readonly #digests: Buffer;
  readonly #bytes: Buffer;

  constructor({ bytes, state }: RingMemory) {
    const counters = words.length + 3 * slots;
    this.#counters = new Int32Array(state, 0, counters);
    this.#digests = Buffer.from(state, 4 * counters, digestSize * (slots + 1));
    this.#bytes = Buffer.from(bytes.buffer, reserved, ringSize);
  }

  get(word: Word): number {
    return Atomics.load(this.#counters, words[word]);
  }

  set(word: Word, value: number): void {
    Atomics.store(this.#counters, words[word], value);
    this.#tell();
  }

  /** Sleeps until something has changed since `tick` was read. */
  wait(tick: number): void {
    Atomics.wait(this.#counters, words.tick, tick);
  }

  /** The place of a block of the file. Where it begins in the memory is `reserved` + its byteOffset here. */
  block(index: number, length = blockSize): Buffer {
    const at = (index % ringBlocks) * blockSize;
    return this.#bytes.subarray(at, at + length);
  }

  /** @param start of the chunk in the file */
  publish(start: number, size: number): void {
    const chunk = this.get('published');
    const slot = this.#slot(chunk);
    this.#counters[slot + 1] = start % ringSize;
    this.#counters[slot + 2] = size;
    Atomics.store(this.#counters, slot, 0);
    this.set('published', chunk + 1);
  }

  /** Hashes a chunk that nobody has taken. @returns false when there is none */
  hashOne(): boolean {
    const chunk = this.get('taken');
    if (chunk >= this.get('published')) return false;
    if (Atomics.compareExchange(this.#counters, words.taken, chunk, chunk + 1) !== chunk) return true;
    const slot = this.#slot(chunk);
    const start = this.#counters[slot + 1] ?? 0;
    const end = start + (this.#counters[slot + 2] ?? 0);
    this.#digest(chunk % slots).set(this.#hash(start, end));
    Atomics.store(this.#counters, slot, 1);
    this.#tell();
    return true;
  }

  /** @returns the digest of a published chunk once it is known; the next publish may overwrite it */
  digestOf(chunk: number): Buffer | undefined {
    return Atomics.load(this.#counters, this.#slot(chunk)) === 1 ? this.#digest(chunk % slots) : undefined;
  }

  /** Of the whole file: where the second thread leaves it. */
  wholeDigest(): Buffer {
    return this.#digest(slots);
  }

  #hash(start: number, end: number): Buffer {
    const upToTheEnd = this.#bytes.subarray(start, end);
    if (end <= ringSize) return hash('sha256', upToTheEnd, 'buffer'); // Half the garbage of an object for each.
    return createHash('sha256')
      .update(upToTheEnd)
      .update(this.#bytes.subarray(0, end - ringSize))
      .digest();
  }

  #slot(chunk: number): number {
    return words.length + 3 * (chunk % slots);
  }

  #digest(at: number): Buffer {
    return this.#digests.subarray(at * digestSize, (at + 1) * digestSize);
  }

  #tell(): void {
    Atomics.add(this.#counters, words.tick, 1);
    Atomics.notify(this.#counters, words.tick);
  }
}
