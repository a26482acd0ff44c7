import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { DvcSources, entriesBelow, isSameFile, md5OfText, textOf } from '@nx-ml/core/adapters/foreign-fs';
import { folderObjectText } from '@nx-ml/core/interop/dvc';
import type { HashedData } from '@nx-ml/core/interop/dvc';
import type { ByteState, DvcBytes } from '@nx-ml/core/interop/dvc-import';

/** A question at an import should not cost minutes: what is larger is compared by its size alone. */
const maxBytes = 1_073_741_824;

/** The bytes of a workspace on disk. Remembers what it compared: it stands for one moment. */
export class WorkspaceBytes implements DvcBytes {
  readonly #states = new Map<string, ByteState>();
  readonly #root: string;

  /** @param root absolute. */
  constructor(root: string) {
    this.#root = root;
  }

  stateOf(data: HashedData): ByteState {
    const key = `${data.path}\0${data.md5}`;
    const state = this.#states.get(key) ?? orUnknown(() => this.#compare(data));
    this.#states.set(key, state);
    return state;
  }

  canBring(data: HashedData, file: string): boolean {
    try {
      return this.#isThere(data, new DvcSources(this.#root, file));
    } catch {
      return true; // The step that brings it tells what is wrong.
    }
  }

  #compare(data: HashedData): ByteState {
    const path = join(this.#root, data.path);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'absent';
    if (stats.isDirectory() !== data.isFolder) return 'other';
    // DVC 2 hashed texts with other line ends, so that a size of its tells nothing.
    if (!data.isFolder && !data.legacy && data.size !== undefined && stats.size !== data.size) return 'other';
    if (Math.max(data.size ?? 0, stats.size) > maxBytes) return 'unknown';
    if (!data.isFolder) return isSameFile(path, data) ? 'same' : 'other';
    return this.#compareFolder(path, data);
  }

  #compareFolder(path: string, { md5, legacy }: HashedData): ByteState {
    if (md5OfText(folderObjectText(entriesBelow(path, legacy))) === md5) return 'same';
    return this.#ignoresFiles() ? 'unknown' : 'other';
  }

  /** DVC may have left files out; the file that `dvc init` writes holds comments alone. */
  #ignoresFiles(): boolean {
    const rules = textOf(join(this.#root, '.dvcignore')) ?? '';
    return rules.split('\n').some((line) => /^\s*[^#\s]/.test(line));
  }

  /** What the cache holds is not read again: its names are its MD5 sums, and the step that copies it verifies. */
  #isThere(data: HashedData, sources: DvcSources): boolean {
    if (!data.isFolder) return this.#isFileThere(data.path, data, sources);
    const { path, legacy } = data;
    return (
      sources
        .entriesOf(data)
        ?.every((entry) => this.#isFileThere(`${path}/${entry.path}`, { md5: entry.md5, legacy }, sources)) ??
      false
    );
  }

  #isFileThere(path: string, sums: Pick<HashedData, 'md5' | 'legacy'>, sources: DvcSources): boolean {
    return (
      sources.cached({ md5: sums.md5, isFolder: false }).some(existsSync) ||
      isSameFile(join(this.#root, path), sums)
    );
  }
}

function orUnknown(compare: () => ByteState): ByteState {
  try {
    return compare();
  } catch {
    return 'unknown'; // A link to nowhere, or a file that must not be read.
  }
}
