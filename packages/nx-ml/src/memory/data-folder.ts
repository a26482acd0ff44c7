import { join } from 'node:path';

/** Where Nx keeps what it derives of a workspace; git, Nx's own hashing and its watcher leave it out. */
export function dataFolder(workspaceRoot: string): string {
  return process.env['NX_WORKSPACE_DATA_DIRECTORY'] ?? join(workspaceRoot, '.nx/workspace-data');
}
