/** Packages models: what is deployed, made of what is in the store. docs/design/bundle.md */
export { currentPackages } from './current-packages.js';
export { foretellPackage } from './foretell-package.js';
export { isPromoted } from './is-promoted.js';
export { hubLayout } from './hub-layout.js';
export type { PlacedFile } from './hub-layout.js';
export { verifyStoredBundle } from './stored-bundle.js';
