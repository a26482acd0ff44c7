/** What keeps objects in a store, of what git and the folders of a workspace know. */
export { GitRootReader } from './root-reader.js';
