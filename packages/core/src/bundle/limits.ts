/** What a bundle may be at most, so that a hostile one is refused before it fills memory. Bytes, where nothing else is said. */

/** Files of a bundle. */
export const maxFiles = 10_000;
export const maxIndex = 64 * 1024;
/** What most registries take. */
export const maxManifest = 4 * 1024 * 1024;
export const maxConfig = 4 * 1024 * 1024;
export const maxAttestation = 64 * 1024;
export const maxEnvelope = 64 * 1024 * 1024;
export const maxServing = 1024 * 1024;
export const maxExample = 16 * 1024 * 1024;
/** Nesting of a JSON document. */
export const maxDepth = 64;
