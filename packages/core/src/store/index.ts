/**
 * The store's two ports, objects and journals, and the pure encodings that every adapter shares.
 * docs/design/store.md tells the bytes on disk and the promises.
 */
export * from './amount.js';
export * from './file-changes.js';
export * from './journal-entry.js';
export { journalSegment } from './journal-segment.js';
export * from './journal.js';
export * from './object-store.js';
export * from './tree.js';
export * from './unfinished.js';
export * from './wrong-bytes.js';
