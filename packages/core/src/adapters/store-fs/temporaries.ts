import type { Digest } from '../../kernel/index.js';
import { temporaryPath } from './hand.js';
import type { NameJob } from './hand.js';
import type { StoreFolder } from './store-folder.js';

/**
 * Where the bytes of what is staged are. A number in a map for each of many files: their paths alone would take more memory
 * than all else that is kept of them.
 */
export class Temporaries {
  /** A path, or the number of a file in a folder of a hand: that folder's index + number x folders. */
  private readonly places = new Map<Digest, string | number>();
  private folders: string[] = [];

  constructor(private readonly store: StoreFolder) {}

  get size(): number {
    return this.places.size;
  }

  has(digest: Digest): boolean {
    return this.places.has(digest);
  }

  /** Makes folders for many files, each in a part of the disk where they are quickly made. */
  async makeFolders(count: number): Promise<readonly string[]> {
    const { disk, temporary } = this.store;
    await disk.calls.spreadFolders(temporary);
    this.folders = Array.from({ length: count }, () => this.store.newTemporary());
    for (const folder of this.folders) disk.makeFolder(folder);
    return this.folders;
  }

  /** A temporary of its own for the bytes of this object. */
  placeFor(digest: Digest): string {
    const path = this.store.newTemporary();
    this.places.set(digest, path);
    return path;
  }

  /** Takes what a hand has staged; when another hand had staged the same, this one goes. */
  keep(digest: Digest, temporary: string | number, folder: string): void {
    if (this.places.has(digest)) {
      this.store.disk.discard(temporaryPath(folder, temporary));
      return;
    }
    const place =
      typeof temporary === 'string'
        ? temporary
        : this.folders.indexOf(folder) + temporary * this.folders.length;
    this.places.set(digest, place);
  }

  paths(): readonly string[] {
    return [...this.places.values()].map((place) => this.pathOf(place));
  }

  /** Jobs that name all but `except`. */
  *nameJobs(size: number, except: ReadonlySet<Digest>): Generator<NameJob> {
    let temporaries: string[] = [];
    let digests: Digest[] = [];
    for (const [digest, place] of this.places) {
      if (except.has(digest)) continue;
      temporaries.push(this.pathOf(place));
      digests.push(digest);
      if (digests.length < size) continue;
      yield { temporaries, digests };
      [temporaries, digests] = [[], []];
    }
    if (digests.length > 0) yield { temporaries, digests };
  }

  /** These have their final names. */
  forget(digests: readonly Digest[]): void {
    for (const digest of digests) this.places.delete(digest);
  }

  /** Removes whatever is still there. */
  discard(): void {
    const { disk } = this.store;
    for (const place of this.places.values()) if (typeof place === 'string') disk.discard(place);
    this.places.clear();
    for (const folder of this.folders.splice(0)) disk.discardWithFiles(folder);
  }

  private pathOf(place: string | number): string {
    if (typeof place === 'string') return place;
    const { folders } = this;
    return temporaryPath(folders[place % folders.length] ?? '', Math.floor(place / folders.length));
  }
}
