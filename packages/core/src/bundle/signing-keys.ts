import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { formatPublicKey, keyIdOf } from '../cache/index.js';
import { MlError } from '../kernel/index.js';

/** A key that signs bundles, with the names that its public half has. */
export interface SigningKey {
  readonly key: KeyObject;
  /** First 16 hex digits of the sha256 of the raw public key. */
  readonly id: string;
  /** `ed25519:<base64 of its 32 bytes>`: what is configured where bundles are loaded. */
  readonly publicKey: string;
}

/** A key whose signature is believed. */
export interface TrustedKey {
  readonly key: KeyObject;
  readonly id: string;
}

/**
 * @param pem PKCS #8
 * @throws MlError ERR_ML_BUNDLE_SIGNING_KEY for anything but an ed25519 private key
 */
export function parseSigningKey(pem: string): SigningKey {
  const key = privateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519')
    throw noSigningKey(`it is of type ${String(key.asymmetricKeyType)}`);
  const half = createPublicKey(key);
  return { key, id: keyIdOf(half), publicKey: formatPublicKey(half) };
}

function privateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause might quote the text, which is a secret.
    throw noSigningKey('it is no private key in PEM without a passphrase');
  }
}

function noSigningKey(why: string): MlError {
  return new MlError('ERR_ML_BUNDLE_SIGNING_KEY', {
    message: `The signing key of bundles cannot be used: ${why}`,
    fix: 'Make one: openssl genpkey -algorithm ed25519 -out bundle.key; chmod 600 bundle.key',
  });
}

/** @param text `ed25519:<base64>`. @throws MlError ERR_ML_BUNDLE_SIGNING_KEY */
export function parseTrustedKey(text: string): TrustedKey {
  const raw = /^ed25519:([A-Za-z0-9+/]{43}=)$/.exec(text.trim())?.[1];
  if (raw === undefined)
    throw new MlError('ERR_ML_BUNDLE_SIGNING_KEY', {
      message: `${JSON.stringify(text.slice(0, 80))} is not a public key that bundles are verified with`,
      fix: 'Write ed25519: and the base64 of its 32 bytes, as nx-ml package key prints it.',
    });
  const x = Buffer.from(raw, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return { key, id: keyIdOf(key) };
}
