import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { LocalDataSums, LocalForeignData } from '../../../adapters/foreign-fs/index.js';
import { MemoryJournal, MemoryObjectStore } from '../../../adapters/store-memory/index.js';
import { DataFiles } from '../../../adapters/workspace-fs/data/index.js';
import { ForeignTrees } from '../../given/foreign-trees.js';
import type { SidesDeps } from '../sides-deps.js';

/** A workspace with data in it, and a store in memory. */
export class DataFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'nx-ml-data-'));
  readonly objects = new MemoryObjectStore();
  readonly journals = new MemoryJournal();
  /** Files that were read: for their sha256, and for their MD5 sum. */
  read = 0;
  summed = 0;
  readonly #data: DataFiles;

  /** @param grace milliseconds for which a file must lie still until it is remembered; the adapter's own unless given */
  constructor(options: { readonly grace?: number } = {}) {
    const onRead = () => {
      this.read += 1;
    };
    this.#data = new DataFiles({ ...options, root: this.root, cache: join(this.root, '.cache'), onRead });
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  /** What the store knows of data of others. */
  trees(): ForeignTrees {
    const { objects, journals } = this;
    return new ForeignTrees(new LocalForeignData(this.root, { offline: true }), { objects, journals });
  }

  deps(): SidesDeps {
    const onRead = () => {
      this.summed += 1;
    };
    const sums = new LocalDataSums({ root: this.root, cache: join(this.root, '.sums'), onRead });
    const dvc = () => Promise.resolve({ trees: this.trees(), sums });
    return { data: this.#data, objects: this.objects, dvc };
  }
}
