/** What the archive of a cache entry may hold, so that Nx restores it without harm and without ending the run. */
export { ArchiveCheck } from './archive-check.js';
export type { ArchiveLimits, CheckedArchive } from './archive-check.js';
export { refusedArchive } from './refused-archive.js';
