/** Data that no run makes: files of the workspace, pointers, DVC and Hugging Face; where they are and how they enter the store. */
export { ForeignTrees } from './foreign-trees.js';
export { pointedPath } from './given-pointer.js';
