import type { ExecutorContext } from '@nx/devkit';

import { deploy } from '../../cli/deploy/deploy.js';
import { rollback } from '../../cli/deploy/rollback.js';
import { serve } from '../../cli/deploy/serve.js';
import { runCommand } from '../run-command.js';
import type { ServiceOptions } from './service-options.js';

/** `nx run SERVICE:deploy` and the like: the command of the same name, by its name in Nx. */
export default function runService(
  { verb, ...options }: ServiceOptions,
  context: ExecutorContext,
): Promise<{ readonly success: boolean }> {
  return runCommand({ deploy, rollback, serve }[verb], options, context);
}
