import { canonicalJson, digestOf, isJsonObject, parseJson } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';

/** The fields of a package.json that change how the code beside it loads. Versions of packages enter a key apart. */
const loadingFields = ['name', 'type', 'main', 'module', 'exports', 'imports', 'browser'] as const;

/**
 * Digest of a package.json as far as loading code goes, so that a new script or description costs no training.
 * One that is no JSON object counts by its bytes.
 */
export function packageManifestDigest(text: string): Digest {
  const manifest = parseJson(text);
  if (!isJsonObject(manifest)) return digestOf(text);
  return digestOf(canonicalJson(Object.fromEntries(loadingFields.map((field) => [field, manifest[field]]))));
}
