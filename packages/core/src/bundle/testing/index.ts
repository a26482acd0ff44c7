/** Bundles of a few hundred bytes, for whoever loads them in another package. */
export { newKey, smallBundle, smallServing } from './small-bundle.js';
export type { SmallBundleOptions } from './small-bundle.js';
