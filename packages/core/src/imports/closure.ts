import { compareText } from '../kernel/index.js';

import { sortedNames } from './distinct.js';
import { ImportReader } from './file-imports.js';
import type {
  ImportWorkspace,
  OpenImport,
  ScriptImport,
  UnresolvedImport,
  UnresolvedReason,
} from './model.js';
import { wholeProject } from './problem.js';
import type { Problem } from './problem.js';
import { PythonLookup } from './python-lookup.js';
import { PythonModules } from './python-modules.js';
import { isPython, PythonWalk } from './python-walk.js';
import { ScriptResolver } from './script-resolve.js';
import type { ScriptTarget } from './script-resolve.js';
import { normalPath, WorkspaceIndex } from './workspace-index.js';

export interface ImportClosure {
  /** Every file that the program may load, entries included: sorted, inside the workspace, outside node_modules. */
  readonly files: readonly string[];
  /** npm packages from outside of the workspace, sorted. */
  readonly packages: readonly string[];
  /**
   * Top-level Python modules found nowhere in the workspace, sorted, without those that every supported Python has in
   * its standard library. Names of modules, not of distributions; some may not be installed (optional imports).
   */
  readonly pythonModules: readonly string[];
  /** What could not be followed, and which projects have to count whole instead; by file and line. */
  readonly unresolved: readonly UnresolvedImport[];
  /** Folders for PYTHONPATH, in this order: those through which modules of the workspace were reached. */
  readonly pythonRoots: readonly string[];
}

/**
 * A workspace's imports, to be followed from many entries. What it once listed, read or parsed it remembers, so it is
 * as old as its first look.
 */
export class ImportGraph {
  private readonly parts: Parts;
  private readonly closures = new Map<string, ImportClosure>();

  constructor(workspace: ImportWorkspace) {
    const index = new WorkspaceIndex(workspace.tree, workspace.projects);
    const reader = new ImportReader(workspace);
    const lookup = new PythonLookup(new PythonModules(index), reader);
    this.parts = { index, reader, lookup, scripts: new ScriptResolver(index, workspace) };
  }

  /**
   * Follows the imports of the entries (files, relative to the workspace) through the workspace. The result depends
   * neither on the order of the entries nor on that of directory listings.
   */
  closure(entries: readonly string[]): ImportClosure {
    const key = [...entries].sort().join('\0');
    const known = this.closures.get(key) ?? new ClosureWalk(entries, this.parts).run();
    this.closures.set(key, known);
    return known;
  }
}

/** One closure; see ImportGraph for many. */
export function importClosure(entries: readonly string[], workspace: ImportWorkspace): ImportClosure {
  return new ImportGraph(workspace).closure(entries);
}

interface Parts {
  readonly index: WorkspaceIndex;
  readonly reader: ImportReader;
  readonly lookup: PythonLookup;
  readonly scripts: ScriptResolver;
}

type Place = Pick<OpenImport, 'line' | 'text'>;

class ClosureWalk {
  private readonly index: WorkspaceIndex;
  private readonly reader: ImportReader;
  private readonly scripts: ScriptResolver;
  private readonly python: PythonWalk;
  private readonly files = new Set<string>();
  private readonly waiting: string[] = [];
  private readonly packages = new Set<string>();
  private readonly unresolved = new Map<string, UnresolvedImport>();

  constructor(entries: readonly string[], { index, reader, lookup, scripts }: Parts) {
    this.index = index;
    this.reader = reader;
    this.scripts = scripts;
    const present = entries.flatMap((entry) => this.addEntry(entry) ?? []);
    const pythonPrograms = present.filter((entry) => this.isPythonProgram(entry));
    this.python = new PythonWalk(lookup, pythonPrograms, {
      add: (path) => {
        this.add(path);
      },
      report: (file, place, problem) => {
        this.report(file, place, problem);
      },
    });
  }

  run(): ImportClosure {
    for (let file = this.waiting.pop(); file !== undefined; file = this.waiting.pop()) this.follow(file);
    return {
      files: [...this.files].sort(compareText),
      packages: sortedNames(this.packages),
      pythonModules: sortedNames(this.python.externalModules),
      unresolved: [...this.unresolved.values()].sort(compareUnresolved),
      pythonRoots: this.python.reachedRoots(),
    };
  }

  private addEntry(entry: string): string | undefined {
    const path = normalPath(entry);
    const place = { line: 1, text: entry };
    if (path === undefined)
      this.report(entry, place, { reason: 'outside-workspace', projects: [], withDependencies: false });
    else if (!this.index.isFile(path)) this.report(path, place, this.own(path, 'not-found'));
    else this.add(path);
    return path !== undefined && this.index.isFile(path) ? path : undefined;
  }

  private isPythonProgram(entry: string): boolean {
    return (
      isPython(entry) || this.reader.read(entry)?.imports.some((each) => each.kind === 'python') === true
    );
  }

  private add(path: string): void {
    if (this.files.has(path)) return;
    this.files.add(path);
    this.waiting.push(path);
    this.addReal(path);
  }

  /** node resolves the imports of a linked file from where it really lies; other loaders from where the link is. */
  private addReal(path: string): void {
    const real = this.index.realPath(path);
    if (real !== undefined && real !== path) this.add(real);
  }

  private follow(file: string): void {
    const content = this.reader.read(file);
    if (content === undefined) {
      this.report(file, { line: 1, text: file }, this.own(file, 'unreadable', true));
      return;
    }
    for (const each of content.imports)
      if (each.kind === 'python') this.python.follow(file, each);
      else this.followScript(file, each);
    for (const each of content.open) this.followOpen(file, each);
  }

  private followScript(file: string, each: ScriptImport): void {
    this.take(file, each, this.scripts.resolve(file, each));
  }

  private followOpen(file: string, each: OpenImport): void {
    if (each.package !== undefined) this.python.followOpen(file, each);
    else if (each.prefix !== undefined) this.take(file, each, this.scripts.resolveOpen(file, each.prefix));
    else this.report(file, each, this.own(file, each.reason, true));
  }

  private take(file: string, place: Place, target: ScriptTarget): void {
    for (const path of target.files) this.add(path);
    if (target.external !== undefined) this.packages.add(target.external);
    if (target.problem !== undefined) this.report(file, place, target.problem);
  }

  private own(file: string, reason: UnresolvedReason, withDependencies = false): Problem {
    return wholeProject(this.index.projectOf(file), reason, withDependencies);
  }

  private report(file: string, { line, text }: Place, problem: Problem): void {
    const { reason, withDependencies } = problem;
    const entry = { file, line, text, reason, projects: sortedNames(problem.projects), withDependencies };
    this.unresolved.set(JSON.stringify(entry), entry);
  }
}

function compareUnresolved(a: UnresolvedImport, b: UnresolvedImport): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    compareText(a.text, b.text) ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}
