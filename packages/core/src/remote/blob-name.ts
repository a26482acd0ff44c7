import { MlError } from '../kernel/index.js';

const segment = /^[a-z0-9._@^-]{1,255}$/;
const longest = 900;

/**
 * Checks that a name means the same in every bucket and file system: 1 to 900 characters, segments of a-z 0-9 . _ @ ^ -
 * joined by `/`, none "." or "..".
 *
 * @throws MlError ERR_ML_PATH_UNSAFE
 */
export function checkBlobName(name: string): string {
  if (isBlobName(name)) return name;
  throw new MlError('ERR_ML_PATH_UNSAFE', {
    message: `${JSON.stringify(name.slice(0, 200))} cannot be a name in a remote`,
    fix: 'This is a defect of nx-ml, or whatever named it was tampered with. Report it.',
  });
}

/** Foreign things may lie in a folder or bucket: what has no name of ours is passed over by `list`. */
export function isBlobName(name: string): boolean {
  return name.length <= longest && name.split('/').every(isSegment);
}

function isSegment(part: string): boolean {
  return segment.test(part) && part !== '.' && part !== '..';
}

/** A prefix is empty or names a folder: it ends with `/`. @throws MlError ERR_ML_PATH_UNSAFE */
export function checkBlobPrefix(prefix: string): string {
  if (prefix !== '') checkBlobName(prefix.endsWith('/') ? prefix.slice(0, -1) : '');
  return prefix;
}
