import { Cutter, cutterMemory, reserved } from '../cutter.js';

/** The sizes of the chunks of `bytes`, fed in blocks of the given sizes, again and again from the first. */
export function cutBytes(bytes: Uint8Array, blocks: readonly number[] = [bytes.length]): readonly number[] {
  const memory = cutterMemory(bytes.length);
  new Uint8Array(memory.buffer, reserved, bytes.length).set(bytes);
  const cutter = new Cutter(memory);
  const sizes: number[] = [];
  let start = 0;
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const to = Math.min(bytes.length, from + Math.max(1, blocks[turn % blocks.length] ?? 1));
    for (let at = from; ;) {
      const cut = cutter.next(reserved + at, reserved + to);
      if (cut === undefined) break;
      at = cut - reserved;
      sizes.push(at - start);
      start = at;
    }
    from = to;
  }
  if (cutter.pending > 0) sizes.push(cutter.pending);
  return sizes;
}
