import { dataPathOf } from './pointer-text.js';

/**
 * Is a pointer meant by these paths: itself, its data, a file in its data, or a folder above it? No paths mean all.
 * Workspace-relative; '' is the workspace.
 */
export function isInScope(pointer: string, paths: readonly string[]): boolean {
  const data = dataPathOf(pointer);
  return (
    paths.length === 0 ||
    paths.some(
      (path) =>
        path === '' ||
        path === pointer ||
        path === data ||
        pointer.startsWith(`${path}/`) ||
        path.startsWith(`${data}/`),
    )
  );
}
