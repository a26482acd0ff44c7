import type { OpenImport, PythonImport } from './model.js';
import { wholeProject } from './problem.js';
import type { Problem } from './problem.js';
import { openRequest, request, requestsOf } from './python-lookup.js';
import type { ModuleRequest, PythonLookup } from './python-lookup.js';
import { PythonResolver } from './python-resolve.js';
import type { Hit, Importer, Resolution } from './python-resolve.js';
import { isStandardLibrary } from './stdlib.js';
import { folderOf } from './workspace-index.js';

type Place = Pick<OpenImport, 'line' | 'text'>;
type LeveledRequest = ReturnType<typeof openRequest>;

/** Where the walk leaves what it finds. */
export interface Sink {
  add(path: string): void;
  report(file: string, place: Place, problem: Problem): void;
}

/** Loaded by the interpreter as it starts, from wherever they stand on its path. */
const startupModules = ['sitecustomize', 'usercustomize'];

/**
 * Follows the Python imports of one program. A root is active once a module was reached through it: from then on it is
 * on the program's path, and anything that it holds under a name imported anywhere may be what is loaded.
 */
export class PythonWalk {
  readonly externalModules = new Set<string>();
  private readonly resolver: PythonResolver;
  private readonly scriptFolders: readonly string[];
  private readonly active = new Set<string>();
  private readonly reached = new Set<string>();
  private readonly wanted = new Map<string, ModuleRequest>();

  constructor(
    private readonly lookup: PythonLookup,
    private readonly entries: readonly string[],
    private readonly sink: Sink,
  ) {
    this.resolver = new PythonResolver(lookup);
    this.scriptFolders = [...new Set(entries.map(folderOf))];
    // Run as `python -m`, a script is a module of the packages around it ...
    for (const folder of this.scriptFolders)
      for (const init of lookup.modules.initChain(folder)) sink.add(init);
    // ... and the folder where it is started, its project's as a rule, is on the path.
    for (const file of entries)
      for (const root of this.resolver.ownRoots(this.importer(file))) this.activate(root);
  }

  follow(file: string, statement: PythonImport): void {
    for (const wanted of requestsOf(statement))
      this.followRequest(file, statement, { level: statement.level, wanted });
  }

  /** An import of something unknown within a known package: everything in that package counts. */
  followOpen(file: string, open: OpenImport): void {
    this.followRequest(file, open, openRequest(open.package ?? ''));
  }

  /** In the order in which they belong on PYTHONPATH: the entries' own roots first. */
  reachedRoots(): readonly string[] {
    if (this.reached.size === 0) return []; // Ordering would list every project's folders.
    const own = this.entries.flatMap((file) => this.resolver.ownRoots({ file, scriptFolders: [] }));
    const order = [...new Set([...own, ...this.lookup.modules.allRoots])];
    return order.filter((root) => this.reached.has(root));
  }

  private followRequest(file: string, place: Place, { level, wanted }: LeveledRequest): void {
    const resolution =
      level > 0 ? this.followRelative(file, level, wanted) : this.followAbsolute(file, wanted);
    if (!resolution.found) this.reportMissing(file, place, resolution);
  }

  private followRelative(file: string, level: number, wanted: ModuleRequest): Resolution {
    const importer = this.importer(file);
    // The package of that name may be another's, which reaches into this one (`extend_path`).
    for (const name of this.resolver.absoluteNames(importer, level, wanted)) this.want(name);
    const resolution = this.resolver.relative(importer, level, wanted);
    this.take(resolution.hits);
    this.reach(resolution.hits);
    return resolution;
  }

  private followAbsolute(file: string, wanted: ModuleRequest): Resolution {
    const resolution = this.resolver.absolute(this.importer(file), wanted);
    const top = wanted.parts[0] ?? '';
    this.want(wanted);
    this.take(resolution.hits);
    if (isStandardLibrary(top)) return { ...resolution, found: true };
    this.reach(resolution.hits);
    // An installed package may be what is meant, even where the workspace has a part of the name.
    if (!resolution.found) this.externalModules.add(top);
    return resolution.hits.length === 0 ? { ...resolution, found: true } : resolution;
  }

  /** Takes what every active root holds under a name, now and from now on. */
  private want(wanted: ModuleRequest): void {
    if (this.wanted.has(wanted.key)) return;
    this.wanted.set(wanted.key, wanted);
    for (const root of this.active) this.takeFrom(root, wanted);
  }

  private reach(hits: readonly Hit[]): void {
    for (const { root, files } of hits)
      if (root !== undefined && files.length > 0 && this.lookup.modules.isRoot(root)) {
        this.reached.add(root);
        this.activate(root);
      }
  }

  private activate(root: string): void {
    if (this.active.has(root)) return;
    this.active.add(root);
    for (const wanted of this.wanted.values()) this.takeFrom(root, wanted);
    // Here they hide the interpreter's own modules, whoever imports them.
    for (const name of this.lookup.modules.childNames(root))
      if (isStandardLibrary(name) || startupModules.includes(name)) this.takeFrom(root, request([name]));
  }

  private takeFrom(root: string, wanted: ModuleRequest): void {
    if (this.lookup.modules.find(root, wanted.parts[0] ?? '') === undefined) return;
    this.take([this.resolver.at(root, wanted)]);
  }

  private take(hits: readonly Hit[]): void {
    for (const { files } of hits) for (const path of files) this.sink.add(path);
  }

  private reportMissing(file: string, place: Place, { hits }: Resolution): void {
    const index = this.lookup.modules.index;
    const owners = hits.flatMap(({ files }) => files.flatMap((path) => index.projectOf(path)?.name ?? []));
    const problem = wholeProject(index.projectOf(file), 'not-found');
    this.sink.report(file, place, owners.length > 0 ? { ...problem, projects: owners } : problem);
  }

  private importer(file: string): Importer {
    return { file, scriptFolders: this.scriptFolders };
  }
}

export function isPython(path: string): boolean {
  return /\.(?:pyw?|pyx)$/i.test(path);
}
