import { compareText } from '../kernel/index.js';

import { configuredRoots } from './python-layout.js';
import { folderOf, joinPath } from './workspace-index.js';
import type { WorkspaceIndex } from './workspace-index.js';

/** What one name in one folder is to Python. */
export interface ModuleFind {
  /** The module's file, or its package's `__init__`; several if native variants stand beside it. */
  readonly files: readonly string[];
  /** Where its submodules are, if it can have any. */
  readonly folder?: string;
  /** false: a namespace package, a folder without `__init__`, which gives way to anything else of that name. */
  readonly regular: boolean;
}

/** `name.py`, `name.so`, `name.cpython-312-x86_64-linux-gnu.so`; sourceless `name.pyc` where there is no `name.py`. */
const moduleFile = /^([^.]+)\.(?:(py|pyx|pyc)|(?:[^/]+\.)?(?:so|pyd))$/;

/** Finds modules the way CPython's path finder does, by exact case; `.pyi` files are no modules. */
export class PythonModules {
  private readonly stems = new Map<string, ReadonlyMap<string, readonly string[]>>();
  private readonly roots = new Map<string, readonly string[]>();
  private every: ReadonlySet<string> | undefined;
  private topLevel: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(readonly index: WorkspaceIndex) {}

  find(folder: string, name: string): ModuleFind | undefined {
    const inner = joinPath(folder, name);
    const isFolder = this.index.isFolder(inner);
    const inits = isFolder ? this.initFiles(inner) : [];
    if (inits.length > 0) return { files: inits, folder: inner, regular: true };
    const files = this.stemsOf(folder).get(name);
    if (files !== undefined) return { files, regular: true };
    return isFolder ? { files: [], folder: inner, regular: false } : undefined;
  }

  initFiles(folder: string): readonly string[] {
    return this.stemsOf(folder).get('__init__') ?? [];
  }

  /** The `__init__` files of a folder and of the packages around it. */
  initChain(folder: string): string[] {
    const files: string[] = [];
    for (let at = folder, inits = this.initFiles(at); inits.length > 0; inits = this.initFiles(at)) {
      files.push(...inits);
      if (at === '') break;
      at = folderOf(at);
    }
    return files;
  }

  /** The names that can be imported from a folder. */
  childNames(folder: string): string[] {
    return [...new Set([...this.stemsOf(folder).keys(), ...this.index.names(folder)])];
  }

  /** A project's source roots: `src`, the project itself, what its build files say, its parent if it is a package. */
  rootsOf(project: string): readonly string[] {
    let roots = this.roots.get(project);
    if (roots === undefined) this.roots.set(project, (roots = this.readRoots(project)));
    return roots;
  }

  /** The source roots of the workspace, itself last, that hold something of this name. */
  rootsWith(topLevelModule: string): readonly string[] {
    this.topLevel ??= this.indexTopLevel();
    return this.topLevel.get(topLevelModule) ?? [];
  }

  /** Every source root, by project; the workspace itself last. */
  get allRoots(): ReadonlySet<string> {
    if (this.every === undefined) {
      const projects = this.index.projects.map((project) => project.root).sort(compareText);
      this.every = new Set([...projects.flatMap((root) => this.rootsOf(root)), '']);
    }
    return this.every;
  }

  isRoot(folder: string): boolean {
    return this.allRoots.has(folder);
  }

  private readRoots(project: string): readonly string[] {
    const source = joinPath(project, 'src');
    const isPackage = project !== '' && this.initFiles(project).length > 0;
    return [
      ...(this.index.isFolder(source) ? [source] : []),
      project,
      ...configuredRoots(this.index, project).filter((root) => root !== source),
      ...(isPackage ? [folderOf(project)] : []),
    ];
  }

  private indexTopLevel(): ReadonlyMap<string, readonly string[]> {
    const index = new Map<string, string[]>();
    for (const root of this.allRoots)
      for (const name of this.childNames(root)) {
        const roots = index.get(name);
        if (roots === undefined) index.set(name, [root]);
        else roots.push(root);
      }
    return index;
  }

  private stemsOf(folder: string): ReadonlyMap<string, readonly string[]> {
    let stems = this.stems.get(folder);
    if (stems === undefined) this.stems.set(folder, (stems = this.readStems(folder)));
    return stems;
  }

  private readStems(folder: string): ReadonlyMap<string, readonly string[]> {
    const stems = new Map<string, string[]>();
    const names = this.index.names(folder);
    for (const name of [...names].sort(compareText)) {
      const [, stem, kind] = moduleFile.exec(name) ?? [];
      if (stem === undefined || (kind === 'pyc' && names.has(`${stem}.py`))) continue;
      const path = joinPath(folder, name);
      if (this.index.isFile(path)) stems.set(stem, [...(stems.get(stem) ?? []), path]);
    }
    return stems;
  }
}
