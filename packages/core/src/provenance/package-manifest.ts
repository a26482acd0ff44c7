import { canonicalJson, digestOf, isJsonObject } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';

/** The fields of a package.json that change how the code beside it loads. Versions of packages enter a key apart. */
const loadingFields = ['name', 'type', 'main', 'module', 'exports', 'imports', 'browser'] as const;

/**
 * Digest of a package.json as far as loading code goes, so that a new script or description costs no training.
 * One that is no JSON object counts by its bytes.
 */
export function packageManifestDigest(text: string): Digest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return digestOf(text);
  }
  if (!isJsonObject(value)) return digestOf(text);
  const manifest = value;
  return digestOf(canonicalJson(Object.fromEntries(loadingFields.map((field) => [field, manifest[field]]))));
}
