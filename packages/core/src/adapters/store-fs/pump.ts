import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { fromHex } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { blockSize } from './flow-ends.js';
import { Flow } from './flow.js';
import type { OpenFile } from './open-file.js';
import type { Watch } from './watch.js';

/** After so many bytes the event loop gets its turn: about 10 ms. */
const breath = 16 * 1024 * 1024;
/** What opening and closing a small file costs, in bytes hashed. */
const fileCost = 64 * 1024;

export interface Measured {
  readonly digest: Digest;
  readonly size: number;
}

/**
 * Moves bytes for one operation: hashes, copies and compares. Small files synchronously, because for them a promise costs
 * several times what the calls do; large ones with reading and writing aside. The event loop breathes in between. One
 * pump serves one operation at a time.
 */
export class Pump {
  private ownBlock: Buffer | undefined;
  private ownOther: Buffer | undefined;
  private ownFlow: Flow | undefined;
  private spent = 0;

  /** @param watch is told of every byte that `run` moves */
  constructor(public watch?: Watch) {}

  /** Files below this many bytes fit into `block` at once. Made when it is needed: most operations do without. */
  get block(): Buffer {
    return (this.ownBlock ??= Buffer.allocUnsafeSlow(blockSize));
  }

  private get other(): Buffer {
    return (this.ownOther ??= Buffer.allocUnsafeSlow(blockSize));
  }

  /** Made when the first large file comes. */
  private get flow(): Flow {
    return (this.ownFlow ??= new Flow());
  }

  /** Reads `from` to its end, and writes the bytes to `to` when that is given. */
  async run(from: OpenFile, to?: OpenFile): Promise<Measured> {
    const hash = createHash('sha256');
    let size = 0;
    const take = (part: Uint8Array): void => {
      hash.update(part);
      size += part.length;
      this.watch?.advance(0, part.length);
    };
    const first = this.block.subarray(0, from.read(this.block));
    take(first);
    to?.write(first);
    if (first.length === blockSize) await this.flow.run(from, to, { start: blockSize, each: take });
    await this.breathe(first.length);
    return { digest: fromHex(hash.digest('hex')), size };
  }

  /** True when the file holds exactly these bytes. Does not touch `block`, which may hold them. */
  async holds(file: OpenFile, bytes: Uint8Array): Promise<boolean> {
    if (file.stat().size !== BigInt(bytes.length)) return false;
    for (let at = 0; at <= bytes.length; at += blockSize) {
      const count = file.read(this.other);
      if (!this.other.subarray(0, count).equals(bytes.subarray(at, at + blockSize))) return false;
      await this.breathe(count);
    }
    return true;
  }

  /** True when two files hold the same bytes. */
  async same(a: OpenFile, b: OpenFile): Promise<boolean> {
    if (a.stat().size !== b.stat().size) return false;
    for (;;) {
      const count = a.read(this.block);
      const otherCount = b.read(this.other);
      if (!this.block.subarray(0, count).equals(this.other.subarray(0, otherCount))) return false;
      if (count < blockSize) return true;
      await this.breathe(count);
    }
  }

  /** Call once a file or block. */
  async breathe(bytes: number): Promise<void> {
    this.spent += bytes + fileCost;
    if (this.spent < breath) return;
    this.spent = 0;
    await setImmediate();
  }
}
