/**
 * The Workspace port over Nx's project graph.
 */
export type { NxWorkspaceInput } from './nx-workspace.js';
export { NxWorkspace, rememberedSources } from './nx-workspace.js';
export { readTsPaths } from './ts-paths.js';
export { workspaceId } from './workspace-id.js';
export { ParsedImports } from './parsed-imports.js';
