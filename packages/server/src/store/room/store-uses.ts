import { protectedScope } from '@nx-ml/core/cache';
import type { Clock } from '@nx-ml/core/kernel';

import { useGrain } from '../../operations/use-log.js';
import type { UseLog } from '../../operations/use-log.js';
import type { BlobWatch } from '../space/scoped-blobs.js';

/** Milliseconds that what somebody was told of stays: as long as a hosted job of CI may take, and what the log does not tell. */
export const restMs = 6 * 3600 * 1000 + useGrain;

/**
 * Who counts on what of the store: what was written, found or listed, and what is being looked at in this moment. Of the protected scope
 * nothing is kept, for nothing of it is ever removed.
 */
export class StoreUses implements BlobWatch {
  readonly #busy = new Map<string, number>();
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(
    private readonly log: UseLog,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async asking<T>(blob: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    if (!isWatched(blob)) return ask();
    if (this.#leaving.has(blob)) return undefined;
    return this.#while(blob, async () => {
      const found = await ask();
      if (found !== undefined) this.log.used(blob, this.clock.now());
      return found;
    });
  }

  async writing<T>(blob: string, write: () => Promise<T>): Promise<T> {
    if (!isWatched(blob)) return write();
    // Else what is written now could be what is removed then.
    for (let left = this.#leaving.get(blob); left !== undefined; left = this.#leaving.get(blob)) await left;
    return this.#while(blob, async () => {
      const written = await write();
      this.log.used(blob, this.clock.now());
      return written;
    });
  }

  listing(prefix: string): void {
    const content = /^(store\/[^/]+\/)(?:$|packs\/|objects\/|recipes\/|chunks\/)/.exec(prefix)?.[1];
    if (content !== undefined && isWatched(content)) this.log.used(content, this.clock.now());
  }

  /** The last use that is known. */
  usedAt(blob: string): number {
    return this.log.at(blob) ?? 0;
  }

  /** When the blobs of a scope were listed last. @param folder `store/pr-7/` */
  listedAt(folder: string): number {
    return this.log.at(folder) ?? 0;
  }

  /** Whether nobody looks at it, nor was told of it since then. */
  isFree(blob: string, since: number): boolean {
    const listedAt = this.listedAt(blob.split('/', 2).join('/') + '/');
    return !this.#busy.has(blob) && this.usedAt(blob) < since && listedAt < since;
  }

  /** While it is removed it counts as not there, and whoever writes it waits. */
  async removing(blob: string, remove: () => Promise<void>): Promise<void> {
    const removal = remove();
    this.#leaving.set(
      blob,
      removal.catch(() => undefined),
    );
    try {
      await removal;
      this.log.forget(blob);
    } finally {
      this.#leaving.delete(blob);
    }
  }

  async #while<T>(blob: string, work: () => Promise<T>): Promise<T> {
    this.#busy.set(blob, (this.#busy.get(blob) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const others = (this.#busy.get(blob) ?? 1) - 1;
      if (others > 0) this.#busy.set(blob, others);
      else this.#busy.delete(blob);
    }
  }
}

function isWatched(blob: string): boolean {
  return !blob.startsWith(`store/${protectedScope}/`) && !blob.startsWith('store/shared/');
}
