import { MlError } from '../kernel/index.js';

const again =
  'Package the model again (nx run MODEL:package), or fetch the bundle again from a place you trust.';

/** It is no bundle, or one that nobody but an attacker or another tool would write. */
export function malformed(what: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_BUNDLE_LAYOUT', { message: `A bundle was refused: ${what}`, fix: again, cause });
}

/** Bytes are missing, or are not those that are named. */
export function damaged(what: string): MlError {
  return new MlError('ERR_ML_BUNDLE_DAMAGED', { message: `A bundle is damaged: ${what}`, fix: again });
}

export function unsafeFile(what: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_BUNDLE_PATH', { message: `A bundle was refused: ${what}`, fix: again, cause });
}

/** It is whole, and another than was meant. */
export function otherSubject(what: string): MlError {
  return new MlError('ERR_ML_BUNDLE_SUBJECT', { message: `A bundle was refused: ${what}`, fix: again });
}

export function unsigned(): MlError {
  return new MlError('ERR_ML_BUNDLE_UNSIGNED', {
    message:
      'A bundle was refused: it has no signature, and keys are configured of which one must have signed it',
    fix: 'Package it where NX_ML_SIGNING_KEY_FILE names the key, as CI does.',
  });
}

export function notBelieved(why: string): MlError {
  return new MlError('ERR_ML_BUNDLE_SIGNATURE', {
    message: `The signature of a bundle is not believed: ${why}`,
    fix: 'Use a bundle that a trusted key signed. If the key changed, name the new one where bundles are loaded.',
  });
}

/** What is to be served, and the example that it must answer. */
export function notServable(what: string, fix: string): MlError {
  return new MlError('ERR_ML_BUNDLE_SERVING', { message: what, fix });
}
