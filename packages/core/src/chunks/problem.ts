import { MlError } from '../kernel/index.js';

/** Something about chunks that came from a remote and is not as docs/design/chunks.md says. */
export function invalidChunks(what: string, why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${what} was refused: ${why}`,
    fix: 'Fetch the object from another remote, or push it again from where it is whole.',
    cause,
  });
}
