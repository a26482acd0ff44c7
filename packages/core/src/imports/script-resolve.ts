import { isBuiltin } from 'node:module';

import type { ImportWorkspace, ScriptImport, TsPaths, UnresolvedReason } from './model.js';
import { mappedTargets } from './package-exports.js';
import { wholeProject } from './problem.js';
import type { Problem } from './problem.js';
import { scriptFilesAt, scriptFolderAt } from './script-files.js';
import { folderOf, joinPath, normalPath } from './workspace-index.js';
import type { WorkspaceIndex } from './workspace-index.js';

export interface ScriptTarget {
  readonly files: readonly string[];
  /** An npm package from outside of the workspace. */
  readonly external?: string;
  readonly problem?: Problem;
}

const nothing: ScriptTarget = { files: [] };
const packageName = /^(?:@[a-z0-9~][\w.~-]*\/[a-z0-9~_][\w.~-]*|[a-z0-9~_][\w.~-]*)(?=\/|$)/i;

/** Resolves specifiers of JavaScript and TypeScript by the rules of node, TypeScript and common bundlers together. */
export class ScriptResolver {
  private readonly tsPaths: TsPaths | undefined;

  constructor(
    private readonly index: WorkspaceIndex,
    workspace: ImportWorkspace,
  ) {
    this.tsPaths = workspace.tsPaths;
  }

  resolve(file: string, { specifier, form }: ScriptImport): ScriptTarget {
    if (form === 'url') return this.url(file, specifier);
    if (/^\.\.?(?:\/|$)/.test(specifier)) return this.relative(file, specifier);
    if (specifier.startsWith('#')) return this.packageImport(file, specifier);
    if (isBuiltin(specifier) || /^(?:node|data):/.test(specifier)) return nothing;
    if (/^(?:\/|[a-z][a-z0-9+.-]*:)/i.test(specifier)) return this.own(file, 'outside-workspace');
    return this.bare(file, specifier);
  }

  /** The scope of an import whose specifier is known to begin with `prefix`. */
  resolveOpen(file: string, prefix: string): ScriptTarget {
    if (/^\.\.?\//.test(prefix)) return this.openRelative(file, prefix);
    const name = packageName.exec(prefix)?.[0];
    if (name === undefined || !prefix.startsWith(`${name}/`)) return this.own(file, 'not-literal', true);
    const projects = this.packagesNamed(name);
    if (projects.length === 0) return { files: [], external: name };
    const problem: Problem = {
      reason: 'not-literal',
      projects: projects.map((each) => each.name),
      withDependencies: true,
    };
    return { files: [], problem };
  }

  private openRelative(file: string, prefix: string): ScriptTarget {
    const whole = normalPath(joinPath(folderOf(file), prefix.slice(0, prefix.lastIndexOf('/') + 1)));
    if (whole === undefined) return this.own(file, 'outside-workspace', true);
    const stem = joinPath(whole, prefix.slice(prefix.lastIndexOf('/') + 1));
    const files = this.index.filesBelow(whole).filter((path) => path.startsWith(stem));
    // What is put in may itself begin with `../`, so that the project counts as well.
    const projects = this.index.projectsTouching(whole).map((project) => project.name);
    return { files, problem: { reason: 'not-literal', projects, withDependencies: false } };
  }

  private url(file: string, specifier: string): ScriptTarget {
    const path = normalPath(joinPath(folderOf(file), withoutQuery(specifier)));
    if (path === undefined) return this.own(file, 'outside-workspace');
    return { files: this.index.isFolder(path) ? [] : scriptFilesAt(this.index, path) };
  }

  private relative(file: string, specifier: string): ScriptTarget {
    const names = [specifier, withoutQuery(specifier)];
    const paths = names.map((each) => normalPath(joinPath(folderOf(file), each)));
    if (paths.includes(undefined)) return this.own(file, 'outside-workspace');
    for (const [at, path] of paths.entries()) {
      const files = path === undefined ? [] : this.filesAt(path, names[at]);
      if (files.length > 0) return { files };
    }
    return installedPackage(paths[0] ?? '') ?? this.own(file, 'not-found');
  }

  private filesAt(path: string, specifier = path): readonly string[] {
    if (isInstalled(path)) return [];
    const isFolder = /(?:^|\/)\.{0,2}$/.test(specifier);
    return isFolder ? scriptFolderAt(this.index, path) : scriptFilesAt(this.index, path);
  }

  /** `#name`: the `imports` of the package that the file is in. */
  private packageImport(file: string, specifier: string): ScriptTarget {
    const folder = this.packageFolder(file);
    const manifest = folder === undefined ? undefined : this.index.readJson(joinPath(folder, 'package.json'));
    if (folder === undefined || manifest === undefined) return this.own(file, 'not-found', true);
    const targets = mappedTargets(manifest['imports'], specifier);
    const inside = this.filesOf(
      folder,
      targets.filter((target) => target.startsWith('.')),
    );
    const outside = targets.filter((target) => !/^[.#/]/.test(target));
    if (inside.length === 0 && outside.length === 0) return this.own(file, 'not-found', true);
    const packages = outside.filter((target) => !isBuiltin(target)).map((target) => this.bare(file, target));
    return merge([{ files: inside }, ...packages]);
  }

  private bare(file: string, specifier: string): ScriptTarget {
    const paths = this.tsPathFiles(specifier);
    const name = packageName.exec(specifier)?.[0];
    const folders = name === undefined ? [] : this.packageFolders(file, name);
    const found = folders.map((folder) => this.package(folder, specifier.slice(name?.length ?? 0)));
    const target = merge([{ files: paths.files }, ...found]);
    if (target.files.length > 0) return { files: target.files };
    if (target.problem !== undefined) return target;
    if (name === undefined) return this.own(file, 'not-found', true);
    // The workspace claims the name, but what it points to is not there (yet): perhaps a build's output.
    return { files: [], external: name, ...(paths.claimed ? this.own(file, 'not-found', true) : {}) };
  }

  private packageFolders(file: string, name: string): string[] {
    const folders = this.packagesNamed(name).map((project) => project.root);
    const own = this.packageFolder(file);
    const isOwn = own !== undefined && this.index.readJson(joinPath(own, 'package.json'))?.['name'] === name;
    return [...new Set(isOwn ? [own, ...folders] : folders)];
  }

  private packagesNamed(name: string): ImportWorkspace['projects'] {
    return this.index.projects.filter((project) => project.packageName === name);
  }

  private package(folder: string, subpath: string): ScriptTarget {
    const exported = this.index.readJson(joinPath(folder, 'package.json'))?.['exports'];
    const mapped = exported === undefined ? [] : this.filesOf(folder, mappedTargets(exported, `.${subpath}`));
    const path = normalPath(joinPath(folder, withoutQuery(subpath).replace(/^\//, '')));
    const files = mapped.length > 0 || path === undefined ? mapped : this.filesAt(path, subpath);
    if (files.length > 0) return { files };
    return { files: [], problem: wholeProject(this.index.projectOf(folder), 'not-found', true) };
  }

  private filesOf(folder: string, targets: readonly string[]): string[] {
    return targets.flatMap((target) => {
      const path = normalPath(joinPath(folder, target));
      return path === undefined ? [] : this.filesAt(path);
    });
  }

  /** The folder of the nearest package.json. */
  private packageFolder(file: string): string | undefined {
    for (let folder = folderOf(file); ; folder = folderOf(folder)) {
      if (this.index.isFile(joinPath(folder, 'package.json'))) return folder;
      if (folder === '') return undefined;
    }
  }

  private tsPathFiles(specifier: string): { files: readonly string[]; claimed: boolean } {
    const { baseUrl = '', paths = {} } = this.tsPaths ?? {};
    const [best] = Object.keys(paths)
      .flatMap((pattern) => matchStar(pattern, specifier))
      .sort((a, b) => b.weight - a.weight);
    if (best === undefined) return { files: [], claimed: false };
    for (const target of paths[best.pattern] ?? []) {
      const path = normalPath(joinPath(baseUrl, target.replace('*', best.rest)));
      const files = path === undefined ? [] : this.filesAt(path);
      if (files.length > 0) return { files, claimed: true };
    }
    return { files: [], claimed: best.pattern !== '*' };
  }

  private own(file: string, reason: UnresolvedReason, withDependencies = false): ScriptTarget {
    return { files: [], problem: wholeProject(this.index.projectOf(file), reason, withDependencies) };
  }
}

function matchStar(pattern: string, specifier: string): { pattern: string; rest: string; weight: number }[] {
  if (pattern === specifier) return [{ pattern, rest: '', weight: Infinity }];
  const [prefix = '', suffix] = pattern.split('*');
  if (suffix === undefined || specifier.length < prefix.length + suffix.length) return [];
  if (!specifier.startsWith(prefix) || !specifier.endsWith(suffix)) return [];
  return [
    {
      pattern,
      rest: specifier.slice(prefix.length, specifier.length - suffix.length),
      weight: prefix.length,
    },
  ];
}

function merge(targets: readonly ScriptTarget[]): ScriptTarget {
  const external = targets.find((target) => target.external !== undefined)?.external;
  const problem = targets.find((target) => target.problem !== undefined)?.problem;
  return {
    files: targets.flatMap((target) => target.files),
    ...(external === undefined ? {} : { external }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** `./a.js?v=1#part` names the file `a.js`; a name may be percent-encoded. */
function withoutQuery(specifier: string): string {
  const plain = specifier.replace(/[?#].*$/s, '');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

function isInstalled(path: string): boolean {
  return /(?:^|\/)node_modules(?:\/|$)/.test(path);
}

/** `./node_modules/x/y.js` is the package x all the same. */
function installedPackage(path: string): ScriptTarget | undefined {
  const inside = isInstalled(path) ? path.slice(path.lastIndexOf('node_modules/') + 13) : '';
  const name = packageName.exec(inside)?.[0];
  return name === undefined ? undefined : { files: [], external: name };
}
