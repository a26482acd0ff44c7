import { MlError } from '../kernel/index.js';
import type { Route } from './target.js';

/** For adapters: what is no share in JSON would be no share anywhere. @throws MlError ERR_ML_DEPLOY_TARGET */
export function checkRoute({ candidate }: Route): void {
  if (candidate === undefined || (candidate.share >= 0 && candidate.share <= 1)) return;
  throw new MlError('ERR_ML_DEPLOY_TARGET', {
    message: `A candidate cannot have a share of ${String(candidate.share)}`,
    fix: 'Give a share from 0 to 1.',
  });
}
