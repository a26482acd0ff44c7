import { dirname } from 'node:path';

/** So many are remembered; then it starts again, which costs a few syncs. */
const limit = 10_000;

/**
 * Which folders are known to last, own name and all, so that the folders above them need no sync again: of the some
 * ten syncs that a run costs otherwise, half are of folders that were there before.
 */
export class DurableNames {
  private readonly settled = new Set<string>();

  /** @param top a folder that was made durable when the store was made. */
  constructor(private readonly top: string) {}

  /** The folders to sync so that the new names in `folders` last, and the names that lead to them. */
  upwards(folders: Iterable<string>): readonly string[] {
    const paths = new Set(folders);
    for (let at of [...paths]) while (at !== this.top && !this.settled.has(at)) paths.add((at = dirname(at)));
    return [...paths];
  }

  /** They were synced. */
  settle(paths: readonly string[]): void {
    if (this.settled.size > limit) this.settled.clear();
    for (const path of paths) this.settled.add(path);
  }
}
