/** Large files as chunks, so that what changed a little travels a little. docs/design/chunks.md */
export * from './chunk-list.js';
export * from './chunker.js';
export * from './cutter.js';
export * from './limits.js';
export * from './recipe.js';
export * from './segments.js';
export type { SharedMemory } from './web-assembly.js';
