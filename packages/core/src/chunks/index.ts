/** Large files as chunks, so that what changed a little travels a little. docs/design/chunks.md */
export * from './chunk-list.js';
export * from './chunker.js';
export * from './chunked-objects.js';
export * from './cutter.js';
export * from './fetch-chunks.js';
export * from './large-files.js';
export * from './limits.js';
export * from './read-recipe.js';
export * from './recipe.js';
export * from './segments.js';
export * from './send-chunks.js';
export * from './send-plan.js';
export type { SharedMemory } from './web-assembly.js';
