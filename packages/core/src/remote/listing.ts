import { MlError } from '../kernel/index.js';

/** More names than any honest remote has in one place; a listing without an end is refused before it eats the memory. */
export const mostListed = 2_000_000;

export function endlessListing(place: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `The remote ${place} lists more than ${String(mostListed)} names`,
    fix: 'Check the address of the remote: this is no remote of nx-ml.',
  });
}
