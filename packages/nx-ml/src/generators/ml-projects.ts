import { posix } from 'node:path';

import { getProjects, globAsync } from '@nx/devkit';
import type { Tree } from '@nx/devkit';
import { parseMlYaml } from '@nx-ml/core/manifest';
import type { MlKind } from '@nx-ml/core/manifest';

export interface PresentProject {
  readonly name: string;
  /** Workspace-relative. */
  readonly root: string;
  /** undefined for a project of another plugin, or one whose ml.yaml is broken. */
  readonly kind: MlKind | undefined;
}

/** Every project of the workspace as it is in the tree: of ml.yaml files (Nx's own list has none of them) and of others. */
export async function presentProjects(tree: Tree): Promise<readonly PresentProject[]> {
  const files = await globAsync(tree, ['**/ml.yaml']);
  const own = files.map((file): PresentProject => {
    const root = posix.dirname(file);
    const parsed = parseMlYaml(tree.read(file, 'utf8') ?? '', file);
    const name = parsed.ok ? parsed.config.name : undefined;
    return { name: name ?? posix.basename(root), root, kind: parsed.ok ? parsed.config.kind : undefined };
  });
  const others = [...getProjects(tree)].map(([name, { root }]) => ({ name, root, kind: undefined }));
  const roots = new Set(own.map(({ root }) => root));
  return [...own, ...others.filter(({ root }) => !roots.has(root))];
}

export function namesOf(projects: readonly PresentProject[], kind: MlKind): readonly string[] {
  return projects
    .filter((project) => project.kind === kind)
    .map(({ name }) => name)
    .sort();
}
