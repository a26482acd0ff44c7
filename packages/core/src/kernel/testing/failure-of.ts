import { isMlError } from '../errors.js';
import type { MlError } from '../errors.js';

/** The MlError that a call throws; anything else that it does fails the spec. */
export function failureOf(call: () => unknown): MlError {
  try {
    call();
  } catch (error) {
    if (isMlError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
