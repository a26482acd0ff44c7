/** What a model is deployed as: its files, how they are served, where they come from. docs/design/bundle.md. Pure. */
export * from './serving.js';
