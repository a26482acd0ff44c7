/** How a service comes to serve another release, and how it goes back. docs/design/deploy.md. Pure. */
export * from './check-route.js';
export * from './deploy-entry.js';
export type * from './deploy-event.js';
export * from './deploy-state.js';
export * from './plan-deploy.js';
export * from './policy.js';
export * from './release.js';
export * from './strategy.js';
export * from './target.js';
export * from './target-answers.js';
export * from './trial.js';
