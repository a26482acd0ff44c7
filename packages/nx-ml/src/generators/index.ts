/**
 * What `nx generate` adds to a workspace: the plugin's own set-up (init), datasets, models and services. Each folder
 * holds one generator: its options, defined once, and what it writes. The code that a generated project starts with
 * lies as it is in templates/, where it is formatted and linted like any other.
 */
export { generatorSchema } from './definition.js';
export { generatorDefinitions } from './definitions.js';
