/**
 * The store's ports in memory, for tests of what stands above them. Sources and targets are real files; only what is
 * kept is not. It passes the same contract suites as the folder store.
 */
export { MemoryJournal } from './memory-journal.js';
export { MemoryObjectStore } from './memory-object-store.js';
