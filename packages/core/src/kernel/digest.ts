import { createHash } from 'node:crypto';

import { MlError } from './errors.js';

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = string & { readonly __brand: 'Digest' };

const pattern = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && pattern.test(text);
}

/** @throws MlError ERR_ML_DIGEST_INVALID */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new MlError('ERR_ML_DIGEST_INVALID', {
    message: `"${text.slice(0, 100)}" is not a digest`,
    fix: 'A digest is "sha256:" and 64 lower-case hexadecimal digits.',
  });
}

export function digestOf(bytes: string | Uint8Array): Digest {
  return fromHex(createHash('sha256').update(bytes).digest('hex'));
}

export function fromHex(hex: string): Digest {
  return `sha256:${hex}` as Digest;
}

export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** The form for people: enough to tell digests apart in one workspace. */
export function shortDigest(digest: Digest): string {
  return hexOf(digest).slice(0, 12);
}
