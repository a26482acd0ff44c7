import type { Workspace } from '../ports.js';

/**
 * Nx hashes a link as it was when the link was made; an edit of the file that it leads to goes unseen, unless that
 * file is in a project that the step's own project has an edge to. So every project that a link leads into gets an
 * edge, and a link into no project is refused.
 */
export function linkedProjects(project: string, workspace: Workspace): readonly string[] {
  const owners = workspace.filesOf(project).flatMap((path) => {
    const real = workspace.tree.realPath(path);
    return real === undefined || real === path ? [] : (workspace.ownerOf(real) ?? []);
  });
  return [...new Set(owners)];
}

/** False for a link whose target no project holds: Nx would not see it change. */
export function isSeen(path: string, workspace: Workspace): boolean {
  const real = workspace.tree.realPath(path);
  return real === path || (real !== undefined && workspace.ownerOf(real) !== undefined);
}
