/** Releases as the gateway holds them: all models of one loaded together, asked their examples, closed together. */
export * from './is-release.js';
export * from './loaded-release.js';
export * from './release-config.js';
