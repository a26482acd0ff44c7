import type { ProjectGraph, ProjectGraphProjectNode } from '@nx/devkit';
import { WorkspaceSnapshot } from '@nx-ml/core/adapters/workspace-fs';
import type { FileView, WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { ImportGraph, pythonProjectEdges } from '@nx-ml/core/imports';
import type {
  CodeProject,
  FileImports,
  ImportClosure,
  ImportWorkspace,
  PythonProjectEdge,
  SourceTree,
  TsPaths,
} from '@nx-ml/core/imports';
import type { Digest } from '@nx-ml/core/kernel';
import { mlYamlError, parseMlYaml } from '@nx-ml/core/manifest';
import type { MlConfig } from '@nx-ml/core/manifest';
import type { MlProject, Workspace } from '@nx-ml/core/usecases';

import { memoryOf } from '../memory/index.js';
import { ParsedImports } from './parsed-imports.js';
import { Parsed } from './parsed.js';
import { lockedPackages } from './locked-packages.js';
import { ProjectRoots } from './project-roots.js';

export interface NxWorkspaceInput {
  /** Absolute. */
  readonly root: string;
  readonly graph: ProjectGraph;
  readonly files: WorkspaceFiles;
  /** How the files are looked at; as they are at each moment, where it is not said. */
  readonly view?: FileView;
  readonly tsPaths: TsPaths | undefined;
  /** What sources and ml.yaml files were parsed into; may be shared by workspaces over the same files. */
  readonly parsed: ParsedSources;
}

export interface ParsedSources {
  readonly imports: Parsed<FileImports>;
  readonly configs: Parsed<MlConfig>;
}

/** What is kept of them between processes; `keep` of each writes. */
export function rememberedSources(root: string): ParsedSources {
  return {
    imports: new Parsed(memoryOf<FileImports>(root, 'imports')),
    configs: new Parsed(memoryOf<MlConfig>(root, 'configs')),
  };
}

/** The workspace as Nx's project graph tells it, over the files as they are. */
export class NxWorkspace implements Workspace {
  readonly root: string;
  readonly tree: SourceTree;
  readonly #input: NxWorkspaceInput;
  readonly #importWorkspace: ImportWorkspace;
  readonly #imports: ImportGraph;
  readonly #graph: ProjectGraph;
  readonly #files: FileView;
  readonly #projects: Projects;
  readonly #roots: ProjectRoots;
  readonly #mlProjects = new Map<string, MlProject | undefined>();
  readonly #listings = new Map<string, readonly string[]>();

  /** @param projects the graph's projects, where another workspace over it has made them already. */
  constructor(input: NxWorkspaceInput, projects?: Projects) {
    this.#input = input;
    const files = input.view ?? input.files;
    this.root = input.root;
    this.tree = files;
    this.#graph = input.graph;
    this.#files = files;
    this.#projects = projects ?? projectsOf(input.graph);
    this.#roots = this.#projects.roots;
    const imports = new ParsedImports(files, input.parsed.imports);
    this.#importWorkspace = {
      tree: files,
      projects: this.#projects.list,
      importsOf: (path) => imports.of(path),
      ...(input.tsPaths === undefined ? {} : { tsPaths: input.tsPaths }),
    };
    this.#imports = new ImportGraph(this.#importWorkspace);
  }

  refreshed(): NxWorkspace {
    const view = new WorkspaceSnapshot(this.#input.files);
    return new NxWorkspace({ ...this.#input, view }, this.#projects);
  }

  importClosure(entries: readonly string[]): ImportClosure {
    return this.#imports.closure(entries);
  }

  /** Which projects Python files import from. */
  pythonEdges(files: readonly string[]): readonly PythonProjectEdge[] {
    return files.length === 0 ? [] : pythonProjectEdges(files, this.#importWorkspace);
  }

  mlProject(name: string): MlProject | undefined {
    if (!this.#mlProjects.has(name)) this.#mlProjects.set(name, this.#readMlProject(name));
    return this.#mlProjects.get(name);
  }

  mlProjectNames(): readonly string[] {
    return Object.values(this.#graph.nodes).flatMap(({ name, data }) => (isMl(data.tags) ? [name] : []));
  }

  filesOf(project: string): readonly string[] {
    const root = this.#rootOf(project);
    if (root === undefined) return [];
    const known = this.#listings.get(project);
    if (known !== undefined) return known;
    const listing = this.#files.list(root, (folder) => !this.#roots.isRoot(folder));
    this.#listings.set(project, listing);
    return listing;
  }

  glob(root: string, patterns: readonly string[]): readonly string[] {
    return patterns.length === 0 ? [] : this.#files.glob(root, patterns);
  }

  ownerOf(path: string): string | undefined {
    return this.#roots.ownerOf(path);
  }

  isIgnored(path: string): boolean {
    return this.#files.isIgnored(path);
  }

  codeDependencies(project: string): readonly string[] {
    const found = new Set<string>();
    const pending = [project];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      for (const { target } of this.#graph.dependencies[name] ?? []) {
        const node = this.#graph.nodes[target];
        if (node === undefined || isMl(node.data.tags) || found.has(target)) continue;
        found.add(target);
        pending.push(target);
      }
    }
    return [...found];
  }

  mlDependents(project: string): readonly string[] {
    return Object.entries(this.#graph.dependencies).flatMap(([name, edges]) =>
      isMl(this.#graph.nodes[name]?.data.tags) && edges.some(({ target }) => target === project)
        ? [name]
        : [],
    );
  }

  digestOf(path: string): Digest {
    return this.#files.digestOf(path);
  }

  sizeOf(path: string): number {
    return this.#files.sizeOf(path);
  }

  lockedPackages(project: string, names: readonly string[]): Readonly<Record<string, string>> {
    return lockedPackages(this.#graph, project, names);
  }

  #readMlProject(name: string): MlProject | undefined {
    const root = this.#rootOf(name);
    const file = root === '' ? 'ml.yaml' : `${root ?? ''}/ml.yaml`;
    const text = root === undefined ? undefined : this.#files.readText(file);
    if (root === undefined || text === undefined) return undefined;
    const config = this.#input.parsed.configs.get(`${file} ${this.#files.digestOf(file)}`, () => {
      const parsed = parseMlYaml(text, file);
      if (!parsed.ok) throw mlYamlError(parsed.problems);
      return parsed.config;
    });
    return { name, root, config };
  }

  #rootOf(project: string): string | undefined {
    const root = this.#graph.nodes[project]?.data.root;
    return root === undefined ? undefined : relativeRoot(root);
  }
}

interface Projects {
  readonly list: readonly CodeProject[];
  readonly roots: ProjectRoots;
}

function projectsOf(graph: ProjectGraph): Projects {
  const list = Object.values(graph.nodes).map(codeProject);
  return { list, roots: new ProjectRoots(list) };
}

function codeProject({ name, data }: ProjectGraphProjectNode): CodeProject {
  const packageName = data.metadata?.js?.packageName;
  return { name, root: relativeRoot(data.root), ...(packageName === undefined ? {} : { packageName }) };
}

/** Nx names the workspace's own folder "."; our paths name it "". */
function relativeRoot(root: string): string {
  return root === '.' ? '' : root;
}

function isMl(tags: readonly string[] | undefined): boolean {
  return tags?.some((tag) => tag.startsWith('ml:')) ?? false;
}
