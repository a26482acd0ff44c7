import { commandWords } from './command.js';

/** The program, shipped with nx-ml, that stands before and behind the commands of an imported stage. */
export const stageProgram = 'nx-ml-dvc';

/**
 * Params files that a command writes from the run's parameters before any code runs, workspace-relative. Where code imports
 * such a file (`import params`), it gets what stands in the key as `params`, and never the file of the workspace.
 */
export function writtenParams(command: string): readonly string[] {
  const words = commandWords(command);
  const start = words.findIndex((word, index) => word === stageProgram && words[index + 1] === 'open');
  if (start === -1) return [];
  const files: string[] = [];
  for (let at = start + 2; words[at]?.startsWith('--') === true; at += 2) {
    const value = words[at + 1];
    if (words[at] === '--params' && value !== undefined) files.push(value);
  }
  return files;
}
