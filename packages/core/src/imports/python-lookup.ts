import type { ImportReader } from './file-imports.js';
import type { PythonImport } from './model.js';
import type { ModuleFind, PythonModules } from './python-modules.js';
import { splitDots } from './python-text.js';

/** One module to find: `a.b`, or the name `c` of `from a.b import c`, which is a submodule or an attribute. */
export interface ModuleRequest {
  readonly key: string;
  readonly parts: readonly string[];
  /** `*` for all that `__all__` names, `**` for everything in the package. */
  readonly name?: string;
}

export interface Lookup {
  /** What Python would execute on the way, as far as it gets. */
  readonly files: readonly string[];
  /** Whether the import succeeds here. */
  readonly found: boolean;
  /** Whether it cannot succeed by way of another root as well. */
  readonly closed: boolean;
}

export function requestsOf(statement: PythonImport): readonly ModuleRequest[] {
  const { module, names, star } = statement;
  const parts = module === '' ? [] : module.split('.');
  if (parts.includes('') || (parts.length === 0 && statement.level === 0)) return [];
  if (star) return [request(parts, '*')];
  return names.length === 0 ? [request(parts)] : names.map((name) => request(parts, name));
}

/** What an import that is computed, but known to stay in one package, may ask for. */
export function openRequest(prefix: string): { readonly level: number; readonly wanted: ModuleRequest } {
  const { level, module } = splitDots(prefix);
  return { level, wanted: request(module === '' ? [] : module.split('.'), '**') };
}

export function request(parts: readonly string[], name?: string): ModuleRequest {
  const key = `${parts.join('.')}:${name ?? ''}`;
  return name === undefined ? { key, parts } : { key, parts, name };
}

/** Looks for modules below one folder, and remembers. */
export class PythonLookup {
  private readonly known = new Map<string, Lookup>();

  constructor(
    readonly modules: PythonModules,
    private readonly reader: ImportReader,
  ) {}

  look(root: string, wanted: ModuleRequest): Lookup {
    const key = `${root}\0${wanted.key}`;
    let lookup = this.known.get(key);
    if (lookup === undefined) this.known.set(key, (lookup = this.walk(root, wanted)));
    return lookup;
  }

  private walk(root: string, wanted: ModuleRequest): Lookup {
    const inits = this.modules.initFiles(root);
    let at: ModuleFind = { files: inits, folder: root, regular: inits.length > 0 };
    const files: string[] = wanted.parts.length === 0 ? [...inits] : [];
    for (const part of wanted.parts) {
      const next: ModuleFind | undefined =
        at.folder === undefined ? undefined : this.modules.find(at.folder, part);
      if (next === undefined) return { files, found: false, closed: false };
      files.push(...next.files);
      at = next;
    }
    return this.finish(at, files, wanted.name);
  }

  private finish(module: ModuleFind, files: readonly string[], name: string | undefined): Lookup {
    const { regular } = module;
    if (name === undefined) return { files, found: regular, closed: regular };
    const inside = name === '**' ? this.filesBelow(module) : this.filesNamed(module, name);
    const child = name.startsWith('*') ? undefined : this.childOf(module, name);
    return {
      files: [...files, ...inside],
      found: regular || (name === '**' && inside.length > 0) || child?.regular === true,
      closed: (regular && !this.extendsPath(module.files)) || child?.regular === true,
    };
  }

  private filesNamed(module: ModuleFind, name: string): readonly string[] {
    return name === '*' ? this.starFiles(module) : (this.childOf(module, name)?.files ?? []);
  }

  private childOf({ folder }: ModuleFind, name: string): ModuleFind | undefined {
    return folder === undefined ? undefined : this.modules.find(folder, name);
  }

  /** Whether all submodules of a package are in this one folder. */
  isSealed(folder: string): boolean {
    const inits = this.modules.initFiles(folder);
    return inits.length > 0 && !this.extendsPath(inits);
  }

  private extendsPath(inits: readonly string[]): boolean {
    return inits.some((file) => this.reader.read(file)?.extendsPath === true);
  }

  private starFiles({ files, folder }: ModuleFind): string[] {
    if (folder === undefined) return [];
    const starNames = files.flatMap((file) => this.reader.read(file)?.starNames ?? []);
    const names = starNames.includes('any') ? this.modules.childNames(folder) : starNames;
    return names.flatMap((name) => this.modules.find(folder, name)?.files ?? []);
  }

  private filesBelow({ folder }: ModuleFind): string[] {
    const files = folder === undefined ? [] : this.modules.index.filesBelow(folder);
    return files.filter((path) => /\.(?:py|pyx|pyc|so|pyd)$/.test(path));
  }
}
