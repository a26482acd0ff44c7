import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';

/** The nearest folder with an nx.json, from `cwd` upward. @throws MlError ERR_ML_USAGE */
export function findWorkspaceRoot(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new MlError('ERR_ML_USAGE', {
    message: `${cwd} is not inside an Nx workspace`,
    fix: 'Change into one, or make this folder one: npx nx-ml init',
  });
}
