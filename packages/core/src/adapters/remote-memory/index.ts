/** A remote in memory, for tests of what stands above the port. It passes the same contract suite as the others. */
export { MemoryBlobs } from './memory-blobs.js';
