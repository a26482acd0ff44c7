import type { FileImports, ImportWorkspace } from './model.js';
import { isCompiled, mayImport, parseImports } from './parse.js';

/** What each file imports, read at most once; undefined for a file that should be readable and is not. */
export class ImportReader {
  private readonly known = new Map<string, FileImports | undefined>();

  constructor(private readonly workspace: ImportWorkspace) {}

  read(path: string): FileImports | undefined {
    if (this.known.has(path)) return this.known.get(path);
    const imports = mayImport(path) ? this.readFresh(path) : { imports: [], open: [] };
    this.known.set(path, imports);
    return imports;
  }

  private readFresh(path: string): FileImports | undefined {
    const known = this.workspace.importsOf?.(path);
    if (known !== undefined) return known;
    const source = isCompiled(path) ? '' : this.workspace.tree.readText(path);
    return source === undefined ? undefined : parseImports(path, source);
  }
}
