import type { CodeProject, SourceTree } from '../index.js';

/** A workspace in memory: file contents by path. `shuffle` changes the order in which folders are listed. */
export function memoryTree(
  files: Readonly<Record<string, string>>,
  shuffle: (names: string[]) => string[] = (names) => names,
): SourceTree {
  const folders = new Map<string, Set<string>>();
  for (const path of Object.keys(files)) {
    const parts = path.split('/');
    for (let depth = 0; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      const names = folders.get(folder) ?? new Set();
      folders.set(folder, names.add(parts[depth] ?? ''));
    }
  }
  return {
    readText: (path) => files[path],
    isFile: (path) => Object.hasOwn(files, path),
    listFolder: (path) => shuffle([...(folders.get(path) ?? [])]),
    realPath: (path) => path,
  };
}

/** Projects named after the last part of their root. */
export function projectsAt(...roots: string[]): CodeProject[] {
  return roots.map((root) => ({ name: root.slice(root.lastIndexOf('/') + 1), root }));
}
