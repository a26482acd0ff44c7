/** What nx-ml, Nx and Python derive. Nx's own folders are the ones that `nx init` ignores. */
export const ignored: readonly string[] = [
  'node_modules',
  '.nx-ml',
  '.nx/cache',
  '.nx/workspace-data',
  '.nx/self-healing',
  '.nx/migrate-runs',
  '__pycache__',
];

/** Is a path ignored already, with other slashes around it or by a folder above it? */
export function saysTheSame(present: readonly string[], path: string): boolean {
  const bare = new Set(present.map((line) => line.replace(/^\/|\/\*?$/g, '')));
  const above = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  return above.some((folder) => bare.has(folder) || bare.has(`**/${folder}`));
}
