import { gearTable } from '../gear.js';
import { likely, maxChunk, minChunk, turn, unlikely } from '../limits.js';

/** The sizes of the chunks of `bytes`, byte by byte in plain TypeScript: what the WebAssembly must agree with. */
export function referenceCuts(bytes: Uint8Array): readonly number[] {
  const gear = gearTable();
  const sizes: number[] = [];
  for (let start = 0; start < bytes.length; start += sizes.at(-1) ?? 0)
    sizes.push(referenceCut(bytes.subarray(start, start + maxChunk), gear));
  return sizes;
}

function referenceCut(bytes: Uint8Array, gear: Uint32Array): number {
  let hash = 0;
  for (let at = minChunk; at < bytes.length; at += 1) {
    hash = ((hash << 1) + (gear[bytes[at] ?? 0] ?? 0)) >>> 0;
    if (hash < (at < turn ? unlikely : likely)) return at + 1;
  }
  return bytes.length;
}
