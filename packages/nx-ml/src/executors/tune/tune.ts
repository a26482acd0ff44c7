import type { ExecutorContext } from '@nx/devkit';

import { tune } from '../../cli/tune/tune.js';
import { runCommand } from '../run-command.js';

/** Options of `nx-ml:tune`; schemas/tune.json is the same for Nx. */
export interface TuneOptions {
  readonly trials?: number;
  readonly apply?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `nx tune MODEL`: the command of the same name, by its name in Nx. */
export default function runTune(
  { ...options }: TuneOptions,
  context: ExecutorContext,
): Promise<{ readonly success: boolean }> {
  return runCommand(tune, options, context);
}
