/** The files of a workspace. Paths are relative to it, with `/`; '' is its root. Asked synchronously and often. */
export interface SourceTree {
  /** undefined: not a file, or not readable. */
  readText(path: string): string | undefined;
  isFile(path: string): boolean;
  /** Names of the files and folders in a folder, in any order; [] if there is no such folder. */
  listFolder(path: string): readonly string[];
  /** Where a file really lies, every link on the way followed; undefined: outside of the workspace, or nowhere. */
  realPath(path: string): string | undefined;
}

export interface CodeProject {
  readonly name: string;
  /** Relative to the workspace; '' or '.' for a project at its root. */
  readonly root: string;
  /** Its npm package name, where it has one. */
  readonly packageName?: string;
}

/** `compilerOptions.paths` of the workspace's tsconfig. */
export interface TsPaths {
  /** The folder that the targets are relative to, itself relative to the workspace. */
  readonly baseUrl: string;
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

/** Everything that resolution looks at. */
export interface ImportWorkspace {
  readonly tree: SourceTree;
  readonly projects: readonly CodeProject[];
  readonly tsPaths?: TsPaths;
  /**
   * Replaces reading and parsing, so that results can be kept by content digest: return what `parseImports` once
   * returned for the same extension and bytes, or undefined to have the file read and parsed here.
   */
  importsOf?(path: string): FileImports | undefined;
}

/** One Python import statement, or a call that imports a module named by a literal. */
export interface PythonImport {
  readonly kind: 'python';
  /** From 1. */
  readonly line: number;
  /** The source, on one line, cut at 120 characters. */
  readonly text: string;
  /** The number of leading dots; 0 is absolute. */
  readonly level: number;
  /** Dotted, without the leading dots; '' for `from . import x`. */
  readonly module: string;
  /** What stands after `import` in a from-import: submodules or attributes. */
  readonly names: readonly string[];
  /** `from module import *`. */
  readonly star: boolean;
}

/** One JavaScript or TypeScript import, require, or URL relative to the module. */
export interface ScriptImport {
  readonly kind: 'script';
  readonly line: number;
  readonly text: string;
  readonly specifier: string;
  /** `url`: `new URL(specifier, import.meta.url)`, which may as well name data or nothing. */
  readonly form: 'import' | 'url';
}

export type ModuleImport = PythonImport | ScriptImport;

/**
 * - `not-literal`: what is imported is computed when the program runs.
 * - `search-path`: the program changes where modules are looked for.
 * - `language`: a language whose imports are not read here, or a compiled module.
 * - `not-found`: nothing in the workspace answers to a name that should be there.
 * - `outside-workspace`: a path that leaves the workspace, or is absolute.
 * - `unreadable`: the file is there and cannot be read.
 */
export type UnresolvedReason =
  'not-literal' | 'search-path' | 'language' | 'not-found' | 'outside-workspace' | 'unreadable';

/** An import whose target the source does not tell. */
export interface OpenImport {
  readonly line: number;
  readonly text: string;
  readonly reason: UnresolvedReason;
  /** In a script, what every possible specifier begins with, where the source tells that much: `./plugins/`. */
  readonly prefix?: string;
  /** In Python, the package that every possible target is in: `acme.models`, `..plugins`, `.`. */
  readonly package?: string;
}

/** What one file imports. Plain data: depends on the file's extension and text alone and survives JSON. */
export interface FileImports {
  readonly imports: readonly ModuleImport[];
  readonly open: readonly OpenImport[];
  /** What `from this import *` may load besides the module itself: `__all__`, or `any` if it is computed. */
  readonly starNames?: readonly string[] | 'any';
  /** A Python package that gathers its submodules from all of `sys.path` (`pkgutil.extend_path`). */
  readonly extendsPath?: true;
}

/** An import that could not be followed to a file, and what has to count in its place. */
export interface UnresolvedImport {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly reason: UnresolvedReason;
  /** Names of the projects whose every file has to count instead, sorted. */
  readonly projects: readonly string[];
  /** Whether every file of the projects that `projects` depend on has to count as well. */
  readonly withDependencies: boolean;
}
