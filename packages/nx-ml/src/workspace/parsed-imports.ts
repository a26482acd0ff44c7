import type { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { parseImports } from '@nx-ml/core/imports';
import type { FileImports } from '@nx-ml/core/imports';
import type { Digest } from '@nx-ml/core/kernel';

/** What files import, parsed once for each content. */
export class ParsedImports {
  readonly #files: WorkspaceFiles;
  readonly #known = new Map<string, { readonly digest: Digest; readonly imports: FileImports }>();

  constructor(files: WorkspaceFiles) {
    this.#files = files;
  }

  /** undefined for a file that cannot be read. */
  of(path: string): FileImports | undefined {
    const text = this.#files.readText(path);
    if (text === undefined) return undefined;
    const digest = this.#files.digestOf(path);
    const known = this.#known.get(path);
    if (known?.digest === digest) return known.imports;
    const imports = parseImports(path, text);
    this.#known.set(path, { digest, imports });
    return imports;
  }
}
