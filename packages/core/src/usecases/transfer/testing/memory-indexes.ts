import type { Digest } from '../../../kernel/index.js';
import type { IndexCache } from '../../../remote/index.js';

/** What is kept of a remote's indexes, in memory. Open to tests that damage it. */
export class MemoryIndexes implements IndexCache {
  readonly kept = new Map<Digest, Buffer>();

  read(pack: Digest): Promise<Buffer | undefined> {
    return Promise.resolve(this.kept.get(pack));
  }

  write(pack: Digest, bytes: Uint8Array): Promise<void> {
    this.kept.set(pack, Buffer.from(bytes));
    return Promise.resolve();
  }
}
