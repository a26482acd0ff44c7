/**
 * The data of a workspace, and what is remembered of it between processes: docs/design/stat-cache.md. A folder of its own, so
 * that a look at data does not load what code needs.
 */
export { DataFiles } from './data-files.js';
