/**
 * Git LFS pointers: small texts that git keeps in place of a file. Their oid is the sha256 of the file, which is our own
 * digest. Pure. docs/design/interop.md tells the rules.
 */
export { lfsObjectPath, maxLfsPointerBytes, readLfsPointer } from './lfs-pointer.js';
export type { LfsPointer } from './lfs-pointer.js';
