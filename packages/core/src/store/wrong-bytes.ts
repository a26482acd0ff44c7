import { MlError, shortDigest } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';

/** For bytes that came from another place and are not those of the object that they were asked for. */
export function wrongBytes(digest: Digest, place: string): MlError {
  return new MlError('ERR_ML_OBJECT_CORRUPT', {
    message: `The bytes that ${place} gave for the object ${shortDigest(digest)} do not match its name; nothing of them was taken`,
    fix: 'Write it there again from where the data is: nx-ml data push --again, or nx-ml store push --again.',
    detail: [digest],
  });
}
