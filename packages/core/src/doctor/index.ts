/**
 * What may be wrong with a workspace and the machine under it. Each check is a pure function from facts that somebody
 * gathered to findings with their mends, so that every finding can be tested without breaking a machine.
 */
export type { CacheFacts } from './cache.js';
export type { DataFacts, IgnoredPath, LargeFile, UnreadableFile, ExposedData } from './data.js';
export * from './diagnosis.js';
export * from './finding.js';
export type { GitFacts, StateFolderFacts } from './git.js';
export type { NxFacts } from './nx.js';
export { isOptionalImport } from './optional-import.js';
export type { MissingModule, OtherPython, PythonFacts, ShebangFacts } from './python.js';
export { shallowCloneMend } from './shallow-clone.js';
export type { StoreFacts } from './store.js';
