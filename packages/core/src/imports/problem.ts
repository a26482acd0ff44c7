import type { CodeProject, UnresolvedImport, UnresolvedReason } from './model.js';

/** What has to count in the place of a target that was not found. */
export type Problem = Pick<UnresolvedImport, 'reason' | 'projects' | 'withDependencies'>;

/** The project counts whole; with its dependencies where the target may as well be in one of them. */
export function wholeProject(
  project: CodeProject | undefined,
  reason: UnresolvedReason,
  withDependencies = false,
): Problem {
  return { reason, projects: project === undefined ? [] : [project.name], withDependencies };
}
