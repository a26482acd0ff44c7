import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { messageOf, MlError } from '@nx-ml/core/kernel';

/** Where the certificate and its key lie. Absolute; both may be one file. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate and the key that belongs to it. */
export interface Certificate {
  /** PEM: the server's own, then those of the authorities between. */
  readonly cert: Buffer;
  readonly key: Buffer;
  /** When the server's own ends, milliseconds since the epoch. */
  readonly endsAt: number;
}

/** @throws MlError ERR_ML_SERVER_CONFIG for files that cannot be read, hold something else, or do not belong together */
export function readCertificate(files: CertificateFiles): Certificate {
  const [cert, key] = [read(files.cert), read(files.key)];
  const own = certificateIn(cert, files.cert);
  if (!own.checkPrivateKey(keyIn(key, files.key)))
    throw invalid(`The key in ${files.key} is not that of the certificate in ${files.cert}`, {
      fix: 'Name the two that were made together; the server’s own certificate stands first in its file.',
    });
  return { cert, key, endsAt: Date.parse(own.validTo) };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const fix = 'Name a PEM file that the user of the server may read.';
    throw invalid(`${path} cannot be read: ${messageOf(cause)}`, { fix, cause });
  }
}

function certificateIn(bytes: Buffer, path: string): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    const fix = 'A PEM file with "BEGIN CERTIFICATE" is needed; of others openssl x509 makes one.';
    throw invalid(`${path} holds no certificate`, { fix, cause });
  }
}

function keyIn(bytes: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(bytes);
  } catch (cause) {
    const fix =
      'A PEM file with "BEGIN PRIVATE KEY" is needed. One with a passphrase is written without by openssl pkey -in FILE.';
    throw invalid(`${path} holds no private key that can be read without a passphrase`, { fix, cause });
  }
}

function invalid(message: string, { fix, cause }: { fix: string; cause?: unknown }): MlError {
  return new MlError('ERR_ML_SERVER_CONFIG', { message, fix, cause });
}
