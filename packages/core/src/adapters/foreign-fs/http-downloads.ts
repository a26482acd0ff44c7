import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';

import { fromHex } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { followUrl } from './http-get.js';
import type { FollowOptions } from './http-get.js';

export interface HttpDownloadsOptions extends Pick<FollowOptions, 'limit' | 'signal' | 'fix'> {
  /** Told of bytes that came. */
  readonly onBytes?: (count: number) => void;
}

/** What http and https addresses give, into files. */
export class HttpDownloads {
  readonly #options: HttpDownloadsOptions;

  constructor(options: HttpDownloadsOptions = {}) {
    this.#options = options;
  }

  /** @throws MlError ERR_ML_DOWNLOAD_FAILED, ERR_ML_CANCELLED; then no file is left. */
  async save(url: string, target: string): Promise<{ readonly digest: Digest; readonly size: number }> {
    const { onBytes = () => undefined, ...follow } = this.#options;
    const bytes = (await followUrl(url, follow)) ?? [];
    const hash = createHash('sha256');
    const file = await open(target, 'wx');
    let [size, isWhole] = [0, false];
    try {
      for await (const chunk of bytes) {
        hash.update(chunk);
        await file.writeFile(chunk);
        size += chunk.byteLength;
        onBytes(chunk.byteLength);
      }
      isWhole = true;
    } finally {
      await file.close();
      if (!isWhole) await rm(target, { force: true });
    }
    return { digest: fromHex(hash.digest('hex')), size };
  }
}
