import { randomUUID } from 'node:crypto';

import { readSigningKey } from '@nx-ml/core/adapters/bundle-fs';

/**
 * Prints whose signature a bundle would have. Nx runs it as an input of `package`: the variable names a file, and another key in the same file is another bundle. A
 * key that cannot be used prints a token of its own, so that the step runs and tells.
 */
function signer(): string {
  try {
    return readSigningKey(process.env)?.id ?? 'none';
  } catch {
    return `unknown ${randomUUID()}`;
  }
}

process.stdout.write(`${signer()}\n`);
