/** How a service comes to serve another release, and how it goes back. docs/design/deploy.md. Pure. */
export * from './release.js';
export * from './target.js';
