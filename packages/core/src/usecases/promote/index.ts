/** Makes a packaged model the champion, on evidence, and looks whether what was promoted still is whole. docs/design/registry.md */
export { promotePackaged } from './promote-packaged.js';
export type { PromoteDeps, PromoteRequest } from './promote-packaged.js';
export { verifyRegistry } from './verify-registry.js';
export type { RegistryProblem } from './verify-registry.js';
