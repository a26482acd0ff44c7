import type { Dirent } from 'node:fs';
import { posix } from 'node:path';

import type { Digest } from '../../kernel/index.js';
import type { FileView, WorkspaceFiles } from './workspace-files.js';

/**
 * The workspace's files as they were when each was first looked at. One question about a workspace looks at the same
 * shared library once for each model, several times over; the system is asked once.
 */
export class WorkspaceSnapshot implements FileView {
  readonly #files: WorkspaceFiles;
  readonly #entries: (folder: string) => ReadonlyMap<string, Dirent>;
  readonly #isLinkedFile: (path: string) => boolean;
  readonly realPath: (path: string) => string | undefined;
  readonly readText: (path: string) => string | undefined;
  readonly digestOf: (path: string) => Digest;

  constructor(files: WorkspaceFiles) {
    this.#files = files;
    this.#entries = once((folder) => new Map(files.entries(folder).map((entry) => [entry.name, entry])));
    this.#isLinkedFile = once((path) => files.isFile(path));
    this.realPath = once((path) => files.realPath(path));
    this.readText = once((path) => files.readText(path));
    this.digestOf = once((path) => files.digestOf(path));
  }

  list(folder: string, enters?: (folder: string) => boolean): readonly string[] {
    return this.#files.list(folder, enters, (at) => [...this.#entries(at).values()]);
  }

  listFolder(path: string): readonly string[] {
    return [...this.#entries(path).keys()];
  }

  /** By the names in its folder, which are listed sooner or later: no look at a file that is not there. */
  isFile(path: string): boolean {
    const normal = posix.normalize(path);
    if (normal.startsWith('../')) return this.#isLinkedFile(path);
    const entry = this.#entries(folderOf(normal)).get(posix.basename(normal));
    return entry?.isSymbolicLink() === true ? this.#isLinkedFile(path) : (entry?.isFile() ?? false);
  }

  glob(folder: string, patterns: readonly string[]): readonly string[] {
    return this.#files.glob(folder, patterns);
  }

  isIgnored(path: string): boolean {
    return this.#files.isIgnored(path);
  }

  sizeOf(path: string): number {
    return this.#files.sizeOf(path);
  }
}

function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}

/** Remembers answers; a failure is asked for again. */
function once<T>(ask: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => {
    const answer = known.get(path);
    if (answer !== undefined || known.has(path)) return answer as T;
    const fresh = ask(path);
    known.set(path, fresh);
    return fresh;
  };
}
