import type { Tree } from '@nx/devkit';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import type { DvcTree } from '@nx-ml/core/interop/dvc-import';

/** A generator's tree as an import looks at it. What git ignores is told by the files on disk. */
export function dvcTree(tree: Tree): DvcTree {
  const files = new WorkspaceFiles(tree.root);
  const isFile = (path: string): boolean => tree.exists(path) && tree.isFile(path);
  return {
    isFile,
    readText: (path) => (isFile(path) ? (tree.read(path, 'utf-8') ?? undefined) : undefined),
    listFolder: (path) => tree.children(path),
    realPath: (path) => files.realPath(path) ?? (tree.exists(path) ? path : undefined),
    isIgnored: (path) => files.isIgnored(path),
  };
}
