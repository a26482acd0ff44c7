import { readSigningKey } from '@nx-ml/core/adapters/bundle-fs';
import { MlError } from '@nx-ml/core/kernel';

import { parseOptions } from '../command.js';
import type { CliCommand } from '../command.js';

const help = `nx-ml package key

Prints the public half of the key that bundles are signed with, as it is configured where they are loaded. The key is in the file that
NX_ML_SIGNING_KEY_FILE names: PKCS #8 in PEM, ed25519, readable by its owner alone.

Examples
  openssl genpkey -algorithm ed25519 -out bundle.key && chmod 600 bundle.key
  NX_ML_SIGNING_KEY_FILE=bundle.key nx-ml package key
`;

export const packageKey: CliCommand = {
  help,
  run(args, io) {
    parseOptions(args, {}, help);
    const key = readSigningKey(process.env);
    if (key === undefined)
      throw new MlError('ERR_ML_BUNDLE_SIGNING_KEY', {
        message: 'NX_ML_SIGNING_KEY_FILE names no key, so that bundles are not signed here',
        fix: 'Make one: openssl genpkey -algorithm ed25519 -out bundle.key; chmod 600 bundle.key',
      });
    io.write(`${key.publicKey}\n`);
    return Promise.resolve(0);
  },
};
