import type { Tree } from '@nx/devkit';
import { importMark, importReadme } from '@nx-ml/core/interop/dvc-import';
import type { ImportedProject, ImportNote, ImportPlan } from '@nx-ml/core/interop/dvc-import';

/** A plan as it was written. */
export interface WrittenPlan extends ImportPlan {
  /** Folders of projects whose ml.yaml is somebody's own, and was left as it is. */
  readonly kept: readonly string[];
}

/**
 * Writes a plan into the tree. An ml.yaml without the mark on its first line is somebody's own, and stays.
 *
 * @param command what to type to import again in the same way.
 * @returns the plan with what was left as it was among its notes.
 */
export function writePlan(plan: ImportPlan, tree: Tree, command: string): WrittenPlan {
  const own = plan.projects.filter((project) => isOwn(`${project.root}/ml.yaml`, tree));
  for (const project of plan.projects)
    if (!own.includes(project)) tree.write(`${project.root}/ml.yaml`, project.text);
  const notes = [...plan.notes, ...own.map(keptNote), ...leftovers(plan, tree)];
  const told = { ...plan, notes, kept: own.map(({ root }) => root) };
  tree.write(`${plan.directory}/README.md`, importReadme(told, command));
  return told;
}

function isOwn(path: string, tree: Tree): boolean {
  return tree.exists(path) && !isImported(path, tree);
}

function isImported(path: string, tree: Tree): boolean {
  return tree.exists(path) && (tree.read(path, 'utf-8') ?? '').startsWith(importMark);
}

function keptNote({ root, origins }: ImportedProject): ImportNote {
  return {
    where: origins.join(', '),
    what: `changes of dvc.yaml and params.yaml since you took ${root}/ml.yaml over`,
    mend: 'Edit it by hand, or delete it and import again.',
  };
}

function leftovers({ directory, projects }: ImportPlan, tree: Tree): readonly ImportNote[] {
  const roots = new Set(projects.map(({ root }) => root));
  return tree
    .children(directory)
    .map((name) => `${directory}/${name}`)
    .filter((root) => !roots.has(root) && isImported(`${root}/ml.yaml`, tree))
    .map((root) => ({
      where: root,
      what: 'the stage or .dvc file that it was imported from, which is gone',
      mend: `Delete ${root}, if nothing else names it.`,
    }));
}
