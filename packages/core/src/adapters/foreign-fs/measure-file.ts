import { open } from 'node:fs/promises';

import type { ForeignSum, FoundFile } from '../../interop/foreign/index.js';
import { refuseCancelled } from '../../remote/index.js';
import type { TransferOptions } from '../../remote/index.js';
import { SumCheck } from './sum-check.js';

const blockBytes = 1_048_576;

/**
 * A file, if there is one and its bytes are what a sum names. Reads every byte, in one pass for both sums.
 *
 * @throws MlError ERR_ML_CANCELLED
 */
export async function measureFile(
  at: string,
  sum: ForeignSum,
  { signal, onBytes }: TransferOptions = {},
): Promise<FoundFile | undefined> {
  const file = await open(at).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return undefined;
    const check = new SumCheck(sum, stats.size);
    const block = Buffer.allocUnsafe(Math.max(1, Math.min(stats.size, blockBytes)));
    for (;;) {
      const { bytesRead } = await file.read(block, 0, block.length, null);
      if (bytesRead === 0) break;
      refuseCancelled(signal);
      check.update(block.subarray(0, bytesRead));
      onBytes?.(bytesRead);
    }
    const found = check.end();
    return found === undefined ? undefined : { at, ...found };
  } finally {
    await file.close();
  }
}
