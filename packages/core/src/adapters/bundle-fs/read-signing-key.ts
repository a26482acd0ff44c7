import { constants, closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

import { parseSigningKey } from '../../bundle/index.js';
import type { SigningKey } from '../../bundle/index.js';
import { MlError, messageOf } from '../../kernel/index.js';

const variable = 'NX_ML_SIGNING_KEY_FILE';
/** A key in PEM has some 120 bytes. */
const limit = 16 * 1024;

/**
 * The key that bundles are signed with here: of the file that NX_ML_SIGNING_KEY_FILE names (PKCS #8, PEM), which nobody but its owner may read.
 *
 * @returns undefined where the variable names none
 * @throws MlError ERR_ML_BUNDLE_SIGNING_KEY
 */
export function readSigningKey(
  variables: Readonly<Record<string, string | undefined>>,
): SigningKey | undefined {
  const path = variables[variable];
  if (path === undefined || path === '') return undefined;
  return parseSigningKey(readSecret(path));
}

function readSecret(path: string): string {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw unusable(path, messageOf(cause));
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > limit) throw unusable(path, 'it is no small file');
    // What others can read, others can sign with.
    if ((stat.mode & 0o077) !== 0) throw unusable(path, 'others than its owner may read or write it');
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function unusable(path: string, why: string): MlError {
  return new MlError('ERR_ML_BUNDLE_SIGNING_KEY', {
    message: `${variable} names ${path}, which cannot be used: ${why}`,
    fix: `chmod 600 ${path}; a new key: openssl genpkey -algorithm ed25519 -out ${path}`,
  });
}
