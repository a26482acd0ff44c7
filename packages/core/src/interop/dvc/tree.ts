import type { SourceTree } from '../../imports/index.js';

/** The workspace as an import sees it. */
export interface DvcTree extends SourceTree {
  isIgnored(path: string): boolean;
}

const skipped = new Set(['.git', '.dvc', '.nx', '.nx-ml', 'node_modules']);

/** Every file below a folder that git does not ignore, sorted by folder and name. */
export function filesBelow(tree: DvcTree, folder: string): readonly string[] {
  return [...tree.listFolder(folder)].sort().flatMap((name) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (skipped.has(name) || tree.isIgnored(path)) return [];
    return tree.isFile(path) ? [path] : filesBelow(tree, path);
  });
}

/** Does git hold this file, or a file below this folder? */
export function isTracked(tree: DvcTree, path: string): boolean {
  if (path !== '' && tree.isIgnored(path)) return false;
  return tree.isFile(path) || filesBelow(tree, path).length > 0;
}
