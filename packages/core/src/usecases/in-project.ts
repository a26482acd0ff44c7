import type { MlProject } from './ports.js';

/** A path inside a project, as one of the workspace. */
export function inProject({ root }: Pick<MlProject, 'root'>, path: string): string {
  return root === '' ? path : `${root}/${path}`;
}
