/**
 * What is kept between processes because it follows from content alone: inferred projects, edges, parsed sources, how long runs took. It
 * lies beside what Nx itself derives, and is never worth more than the time to make it again.
 */
export { ContentMemory } from './content-memory.js';
export { dataFolder } from './data-folder.js';
export { memoryOf } from './memory-of.js';
export { Noted } from './noted.js';
