import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

/** An empty workspace in memory, without a formatter, so that files are seen as the generators write them. */
export function emptyTree(): Tree {
  const tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
  tree.write('.gitignore', 'node_modules\n');
  return tree;
}

/** Every file of the tree with its text. */
export function filesOf(tree: Tree, folder = ''): Readonly<Record<string, string>> {
  return Object.fromEntries(
    tree.children(folder).flatMap((child) => {
      const path = folder === '' ? child : `${folder}/${child}`;
      return tree.isFile(path)
        ? [[path, tree.read(path, 'utf8') ?? '']]
        : Object.entries(filesOf(tree, path));
    }),
  );
}
