import { request } from './python-lookup.js';
import type { Lookup, ModuleRequest, PythonLookup } from './python-lookup.js';
import { isStandardLibrary } from './stdlib.js';
import { folderOf, isInside } from './workspace-index.js';

/** Files that answer an import. */
export interface Hit {
  /** The source root that leads to them; none if they stand beside the importer or are relative to it. */
  readonly root?: string;
  readonly files: readonly string[];
}

export interface Resolution {
  readonly hits: readonly Hit[];
  /** false: some of the dotted name is missing. */
  readonly found: boolean;
}

export interface Importer {
  readonly file: string;
  /** Folders that Python puts first on its path because a script in them is run. */
  readonly scriptFolders: readonly string[];
}

/**
 * Resolves Python imports over the source roots of all projects. The importer's own project goes first; a module that
 * is not there is taken from every project that has it, for which of them Python sees is decided by its path alone.
 */
export class PythonResolver {
  constructor(readonly lookup: PythonLookup) {}

  absolute(importer: Importer, wanted: ModuleRequest): Resolution {
    const own = this.ownRoots(importer);
    const ownLooks = own.map((root) => this.at(root, wanted));
    const top = wanted.parts[0] ?? '';
    const done = ownLooks.some((each) => each.closed) || isStandardLibrary(top);
    const others = done ? [] : this.elsewhere(wanted, own);
    const looks = [...ownLooks, ...others];
    const hits = looks.filter((each) => each.files.length > 0);
    if (hits.length > 0 || isStandardLibrary(top)) return { hits, found: looks.some((each) => each.found) };
    // Nowhere on any path that we know: a program may still have put its own folder there.
    const beside = this.lookup.look(folderOf(importer.file), wanted);
    return { hits: beside.files.length > 0 ? [beside] : [], found: beside.found };
  }

  /** Resolves `wanted` from the package `level` dots up. */
  relative(importer: Importer, level: number, wanted: ModuleRequest): Resolution {
    const base = this.baseOf(importer.file, level);
    if (base === undefined) return { hits: [], found: false };
    const look = this.lookup.look(base, wanted);
    const hits: Hit[] = [look, { files: this.lookup.modules.initChain(base) }];
    if (look.closed) return { hits, found: true };
    const names = this.lookup.isSealed(base) ? [] : this.absoluteNames(importer, level, wanted);
    const others = withoutRepetition(names.flatMap((name) => this.elsewhere(name, [])));
    return { hits: [...hits, ...others], found: look.found || others.some((each) => each.found) };
  }

  /** What a relative import may be called from the outside: one name for each root above it, the nearest first. */
  absoluteNames(importer: Importer, level: number, wanted: ModuleRequest): ModuleRequest[] {
    const base = this.baseOf(importer.file, level);
    if (base === undefined) return [];
    return this.dottedNames(base, importer).map((dotted) =>
      request([...dotted, ...wanted.parts], wanted.name),
    );
  }

  ownRoots({ file, scriptFolders }: Importer): readonly string[] {
    const project = this.lookup.modules.index.projectOf(file);
    if (project === undefined) return scriptFolders.filter((folder) => folder === folderOf(file));
    const scripts = scriptFolders.filter((folder) => isInside(folder, project.root));
    return [...new Set([...scripts, ...this.lookup.modules.rootsOf(project.root)])];
  }

  at(root: string, wanted: ModuleRequest): Lookup & Hit {
    return { ...this.lookup.look(root, wanted), root };
  }

  /** Where the whole name is found or, if nowhere, where a part of it is. */
  private elsewhere(wanted: ModuleRequest, except: readonly string[]): (Lookup & Hit)[] {
    const roots = this.lookup.modules
      .rootsWith(wanted.parts[0] ?? '')
      .filter((root) => !except.includes(root));
    const looks = roots.map((root) => this.at(root, wanted));
    const found = looks.filter((each) => each.found);
    return found.length > 0 ? found : looks.filter((each) => each.files.length > 0);
  }

  private baseOf(file: string, level: number): string | undefined {
    let base: string | undefined = folderOf(file);
    for (let up = 1; up < level && base !== undefined; up += 1)
      base = base === '' ? undefined : folderOf(base);
    return base;
  }

  /** The names that a folder has as a package, one for each root above it, the nearest first. */
  private dottedNames(folder: string, { scriptFolders }: Importer): string[][] {
    const names: string[][] = [];
    for (let root = folder; root !== '';) {
      root = folderOf(root);
      if (!scriptFolders.includes(root) && !this.lookup.modules.isRoot(root)) continue;
      names.push(folder.slice(root === '' ? 0 : root.length + 1).split('/'));
    }
    return names;
  }
}

/** Leaves out what leads by a longer name to the same files. */
function withoutRepetition<T extends Hit>(hits: readonly T[]): T[] {
  const seen = new Set<string>();
  return hits.filter(({ files }) => {
    const isNew = files.some((path) => !seen.has(path));
    for (const path of files) seen.add(path);
    return isNew;
  });
}
