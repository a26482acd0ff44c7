/**
 * What is deployed of a model: an OCI layout that others read too, how it is served, and what is attested of it.
 * docs/design/bundle.md. Pure: bytes are read through BundleSource.
 */
export * from './build-bundle.js';
export * from './bundle-documents.js';
export * from './bundle-source.js';
export * from './datatypes.js';
export * from './envelope.js';
export * from './example.js';
export * from './media-types.js';
export * from './serving.js';
export * from './signing-keys.js';
export { parseLimited } from './strict-json.js';
export * from './statement.js';
export * from './verify.js';
