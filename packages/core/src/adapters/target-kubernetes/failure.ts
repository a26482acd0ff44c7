import { MlError } from '../../kernel/index.js';

const look = 'Look whether the cluster of the kubeconfig is the one that is meant, and what its events say.';

export function unreachable(message: string, cause?: unknown, fix = look): MlError {
  return new MlError('ERR_ML_DEPLOY_TARGET', { message, fix, cause });
}

/** For what another attempt would not change. */
export function impossible(message: string, fix: string): MlError {
  return new MlError('ERR_ML_DEPLOY_REFUSED', { message, fix });
}
