import { posix } from 'node:path';

import { parseJson } from '../kernel/index.js';
import type { CodeProject, SourceTree } from './model.js';

/** What a path is, by its exact case, whatever the file system thinks of case. */
type Kind = 'file' | 'folder' | 'nothing';

/** Remembers what the tree answered, and knows which project a path belongs to. */
export class WorkspaceIndex {
  readonly projects: readonly CodeProject[];
  private readonly kinds = new Map<string, Kind>([['', 'folder']]);
  private readonly listings = new Map<string, ReadonlySet<string>>();
  private readonly owners = new Map<string, CodeProject | undefined>();
  private readonly documents = new Map<string, unknown>();
  private readonly byRoot: ReadonlyMap<string, CodeProject>;

  constructor(
    private readonly tree: SourceTree,
    projects: readonly CodeProject[],
  ) {
    const index = indexOf(projects);
    this.projects = index.projects;
    this.byRoot = index.byRoot;
  }

  names(folder: string): ReadonlySet<string> {
    let names = this.listings.get(folder);
    if (names === undefined) this.listings.set(folder, (names = new Set(this.tree.listFolder(folder))));
    return names;
  }

  isFile(path: string): boolean {
    return this.kindOf(path) === 'file';
  }

  isFolder(path: string): boolean {
    return this.kindOf(path) === 'folder';
  }

  readText(path: string): string | undefined {
    return this.tree.readText(path);
  }

  realPath(path: string): string | undefined {
    return this.tree.realPath(path);
  }

  /** The object in a JSON file; undefined if there is none or it is damaged. */
  readJson(path: string): Readonly<Record<string, unknown>> | undefined {
    if (!this.documents.has(path))
      this.documents.set(path, this.isFile(path) ? this.documentAt(path) : undefined);
    const value = this.documents.get(path);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  }

  /** The innermost project that holds a path. */
  projectOf(path: string): CodeProject | undefined {
    if (this.owners.has(path)) return this.owners.get(path);
    const owner = this.byRoot.get(path) ?? (path === '' ? undefined : this.projectOf(folderOf(path)));
    this.owners.set(path, owner);
    return owner;
  }

  /** The project that holds a folder, and those inside it. */
  projectsTouching(folder: string): readonly CodeProject[] {
    const inside = this.projects.filter((project) => isInside(project.root, folder));
    const owner = this.projectOf(folder);
    return owner === undefined || inside.includes(owner) ? inside : [owner, ...inside];
  }

  /** Every file below a folder, without packages installed there and without hidden folders. */
  filesBelow(folder: string): string[] {
    const files: string[] = [];
    const folders = [folder];
    for (let at = folders.pop(); at !== undefined; at = folders.pop())
      for (const name of this.names(at)) {
        const path = joinPath(at, name);
        if (this.isFile(path)) files.push(path);
        else if (!name.startsWith('.') && name !== 'node_modules' && name !== '__pycache__')
          folders.push(path);
      }
    return files;
  }

  private kindOf(path: string): Kind {
    let kind = this.kinds.get(path);
    if (kind === undefined) this.kinds.set(path, (kind = this.look(path)));
    return kind;
  }

  private look(path: string): Kind {
    const folder = folderOf(path);
    if (this.kindOf(folder) !== 'folder') return 'nothing';
    if (!this.names(folder).has(path.slice(folder === '' ? 0 : folder.length + 1))) return 'nothing';
    return this.tree.isFile(path) ? 'file' : 'folder';
  }

  private documentAt(path: string): unknown {
    return parseJson((this.readText(path) ?? '').replace(/^\uFEFF/, ''));
  }
}

interface ProjectIndex {
  readonly projects: readonly CodeProject[];
  readonly byRoot: ReadonlyMap<string, CodeProject>;
}

/** Files are looked at anew for each run, and a thousand projects are the same each time. */
const indices = new WeakMap<readonly CodeProject[], ProjectIndex>();

function indexOf(list: readonly CodeProject[]): ProjectIndex {
  const known = indices.get(list);
  if (known !== undefined) return known;
  const projects = list.map((project) => ({ ...project, root: normalRoot(project.root) }));
  const index = { projects, byRoot: new Map(projects.map((project) => [project.root, project])) };
  indices.set(list, index);
  return index;
}

function normalRoot(root: string): string {
  return normalPath(root) ?? root;
}

/** A relative path without `.`, `..` and a slash at its end; undefined if it leaves the workspace. */
export function normalPath(path: string): string | undefined {
  const normal = posix.normalize(path).replace(/\/$/, '');
  if (normal === '..' || normal.startsWith('../') || path.startsWith('/')) return undefined;
  return normal === '.' ? '' : normal;
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : name === '' ? folder : `${folder}/${name}`;
}

export function isInside(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
