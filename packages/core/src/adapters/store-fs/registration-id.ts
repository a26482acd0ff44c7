import { digestOf, hexOf } from '../../kernel/index.js';

/** What the word of a workspace is called. It tells host and path, so that one that was damaged or copied is seen. */
export function registrationId(host: string, path: string): string {
  return hexOf(digestOf(`${host}\0${path}`)).slice(0, 32);
}
