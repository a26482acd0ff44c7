import { blockSize } from './flow-ends.js';

const blocks = new Map<string, Buffer>();

/**
 * A block of this thread, for work that lets nobody else in between: no promise, and nothing that uses the same one. There is a hand for each
 * batch, and blocks of its own would be megabytes for a step of a few kilobytes, of which V8 collects garbage every few steps.
 */
export function scratchBlock(name: 'source' | 'standing' | 'place'): Buffer {
  const block = blocks.get(name) ?? Buffer.allocUnsafeSlow(blockSize);
  blocks.set(name, block);
  return block;
}
