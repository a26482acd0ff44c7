import type { ExecutorContext } from '@nx/devkit';
import { isMlError } from '@nx-ml/core/kernel';

import { deploy } from '../../cli/deploy/deploy.js';
import { rollback } from '../../cli/deploy/rollback.js';
import { serve } from '../../cli/deploy/serve.js';
import { errorText } from '../../report/error-text.js';
import { serviceArgs } from './service-args.js';
import type { ServiceOptions } from './service-args.js';

/** `nx run SERVICE:deploy` and the like: the command of the same name, by its name in Nx. */
export default async function runService(
  options: ServiceOptions,
  context: ExecutorContext,
): Promise<{ readonly success: boolean }> {
  const { projectName, root } = context;
  if (projectName === undefined) throw new Error('nx-ml:service needs a project');
  // As in a batch of steps: Nx forces colours on its children, and Node warns where it finds both.
  if (process.env['NO_COLOR'] !== undefined) delete process.env['FORCE_COLOR'];
  const command = { deploy, rollback, serve }[options.verb];
  const write = (text: string): boolean => process.stdout.write(text);
  try {
    return { success: (await command.run(serviceArgs(projectName, options), { cwd: root, write })) === 0 };
  } catch (error) {
    if (!isMlError(error)) throw error;
    process.stderr.write(errorText(error));
    return { success: false };
  }
}
