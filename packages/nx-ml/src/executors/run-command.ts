import type { ExecutorContext } from '@nx/devkit';
import { isMlError } from '@nx-ml/core/kernel';

import type { CliCommand } from '../cli/command.js';
import { errorText } from '../report/error-text.js';
import { commandArgs } from './command-args.js';

/** A target that is a command of ours, by the command's name in Nx. */
export async function runCommand(
  command: CliCommand,
  options: Parameters<typeof commandArgs>[1],
  { projectName, root }: ExecutorContext,
): Promise<{ readonly success: boolean }> {
  if (projectName === undefined) throw new Error('an executor of nx-ml needs a project');
  // As in a batch of steps: Nx forces colours on its children, and Node warns where it finds both.
  if (process.env['NO_COLOR'] !== undefined) delete process.env['FORCE_COLOR'];
  const write = (text: string): boolean => process.stdout.write(text);
  try {
    return { success: (await command.run(commandArgs(projectName, options), { cwd: root, write })) === 0 };
  } catch (error) {
    if (!isMlError(error)) throw error;
    process.stderr.write(errorText(error));
    return { success: false };
  }
}
