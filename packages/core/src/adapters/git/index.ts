/**
 * What git knows of the workspace: the commit that is checked out, and who changed a file last. Nothing here fails a
 * step; where there is no git there is no answer.
 */
export * from './git-repository.js';
export * from './git-pointers.js';
export { GitSource } from './git-source.js';
