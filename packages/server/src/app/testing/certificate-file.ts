import { join } from 'node:path';

/**
 * Certificates for tests, each with its key in the same file: `first`, `renewed` and `ended` are for localhost and 127.0.0.1,
 * `elsewhere` for another name, all of `authority`, which has no key here and never signs again.
 */
export function certificateFile(name: string): string {
  return join(__dirname, 'certificates', `${name}.pem`);
}
