import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import { logger } from '@nx/devkit';
import { addData } from '@nx-ml/core/usecases/data';

import { composeAdding } from '../../compose-adding.js';
import { sizeText } from '../../report/quantities.js';
import type { GivenFiles } from './given-files.js';

/**
 * Copies the files to where their pointer says, and puts them into the store.
 *
 * @param root absolute; of the workspace.
 * @param target workspace-relative.
 */
export async function storeGiven(root: string, target: string, given: GivenFiles): Promise<void> {
  const copy = join(root, target);
  if (copy !== given.path) await cp(given.path, copy, { recursive: true, errorOnExist: true, force: false });
  const added = await addData(target, await composeAdding(root));
  logger.info(`${target} (${sizeText(added.ref.size)}) is in the store; git keeps ${added.pointer}.`);
}
