/** A service comes to serve another release, by evidence, and goes back by one command. docs/design/deploy.md */
export * from './apply-deploy.js';
export * from './deploy-journal.js';
export * from './drill.js';
export type * from './ports.js';
export * from './plan-service.js';
export * from './registry-champions.js';
export * from './resolve-release.js';
export * from './rollback.js';
