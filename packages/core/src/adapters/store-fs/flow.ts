import { setImmediate } from 'node:timers/promises';

import { Blocks, blockSize, Sink, Source } from './flow-ends.js';
import type { OpenFile } from './open-file.js';

/**
 * Reads a large file, and writes it to another one, while the caller's thread hashes: that takes longer than both, so
 * both cost nothing where a second processor is free. Where none is, this thread does itself what would have to be
 * waited for. What is written is just what the caller saw.
 */
export class Flow {
  private readonly blocks = new Blocks();

  /**
   * @param start where in both files the first part lies
   * @param each must not keep the part, for it is overwritten; what it throws ends the flow
   */
  async run(
    from: OpenFile,
    to: OpenFile | undefined,
    { start, each }: { readonly start: number; readonly each: (part: Uint8Array) => void },
  ): Promise<void> {
    const source = new Source(from, this.blocks);
    const sink = to === undefined ? undefined : new Sink(to, this.blocks);
    try {
      for (let at = start, isLast = false; !isLast; at += blockSize) {
        await setImmediate(); // so that what was done aside is seen, and whoever waits for this thread has a turn
        const part = source.read(at);
        isLast = part.count < blockSize;
        if (sink === undefined) this.blocks.give(part.block);
        else sink.write(part);
        each(part.block.subarray(0, part.count));
      }
      await source.end();
      await sink?.end();
    } finally {
      // The files are closed next; whatever is still under way must not meet another file of the same number.
      await Promise.allSettled([source.idle(), sink?.idle()]);
    }
  }
}
