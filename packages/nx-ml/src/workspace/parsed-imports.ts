import { extname } from 'node:path';

import type { FileView } from '@nx-ml/core/adapters/workspace-fs';
import { parseImports } from '@nx-ml/core/imports';
import type { FileImports } from '@nx-ml/core/imports';

import type { Parsed } from './parsed.js';

/** What files import, parsed once for each content. */
export class ParsedImports {
  readonly #files: FileView;
  readonly #parsed: Parsed<FileImports>;

  constructor(files: FileView, parsed: Parsed<FileImports>) {
    this.#files = files;
    this.#parsed = parsed;
  }

  /** undefined for a file that cannot be read. */
  of(path: string): FileImports | undefined {
    const text = this.#files.readText(path);
    if (text === undefined) return undefined;
    const key = `${extname(path)} ${this.#files.digestOf(path)}`;
    return this.#parsed.get(key, () => parseImports(path, text));
  }
}
