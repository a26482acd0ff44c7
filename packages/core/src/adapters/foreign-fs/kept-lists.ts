import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { maxFolderObjectBytes } from '../../interop/dvc/index.js';
import { textOf } from './text-of.js';
import { md5OfText } from './md5.js';

/** Lists of DVC's folders that a remote gave: they tell what a folder has of which only a part was brought. */
export class KeptLists {
  readonly #folder: string | undefined;

  /** @param folder absolute; without one nothing is kept. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  read(md5: string): string | undefined {
    const text =
      this.#folder === undefined ? undefined : textOf(join(this.#folder, `${md5}.dir`), maxFolderObjectBytes);
    return text !== undefined && md5OfText(text) === md5 ? text : undefined;
  }

  /** Saves work only, so that a folder that cannot be written is no reason to fail. */
  keep(md5: string, text: string): void {
    if (this.#folder === undefined) return;
    const aside = join(this.#folder, `${md5}.${String(process.pid)}`);
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(aside, text);
      renameSync(aside, join(this.#folder, `${md5}.dir`));
    } catch {
      return;
    }
  }
}
