import { open, rm } from 'node:fs/promises';

import type { ForeignSum, FoundFile } from '../../interop/foreign/index.js';
import { SumCheck } from './sum-check.js';

/**
 * Writes bytes to a new file while they are checked.
 *
 * @param size bytes that will come, where they are known.
 * @returns undefined when they are not what the sum names; then no file is left.
 */
export async function saveStream(
  bytes: AsyncIterable<Uint8Array>,
  {
    target,
    sum,
    size,
  }: { readonly target: string; readonly sum: ForeignSum; readonly size?: number | undefined },
): Promise<FoundFile | undefined> {
  const check = new SumCheck(sum, size);
  const file = await open(target, 'wx');
  let found: ReturnType<SumCheck['end']>;
  try {
    for await (const chunk of bytes) {
      check.update(chunk);
      await file.writeFile(chunk);
    }
    found = check.end();
  } finally {
    await file.close();
    if (found === undefined) await rm(target, { force: true });
  }
  return found === undefined ? undefined : { at: target, ...found };
}
