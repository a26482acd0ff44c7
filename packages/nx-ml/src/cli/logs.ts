import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import type { StepRef } from '@nx-ml/core/layout';
import { readLog, RunStore } from '@nx-ml/core/usecases/records';

import { storeFolder } from '../store-folder.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';
import { findWorkspaceRoot } from './workspace-root.js';

const help = `nx-ml logs PROJECT[:STEP] [--seed N]

Prints what the command of a step wrote at its last run. Where the step was restored, that is the log of the run that
made its result.

  STEP       data, train (default) or evaluate
  --seed N   of which seed; default: the first

Examples
  nx-ml logs spam-filter
  nx-ml logs digit-reader:train --seed 2
`;

const steps: readonly string[] = ['data', 'train', 'evaluate'];

export const logs: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { seed: { type: 'string' } }, help);
    const [name] = positionals;
    if (name === undefined || positionals.length > 1) throw usageError('nx-ml logs needs one step', help);
    const root = findWorkspaceRoot(io.cwd);
    const runs = new RunStore(await openFolderStore({ root: storeFolder(process.env) }));
    const workspace = { tree: new WorkspaceFiles(root) };
    io.write(await readLog(stepRef(name), seedOf(values.seed), { workspace, runs }));
    return 0;
  },
};

function stepRef(text: string): StepRef {
  const colon = text.lastIndexOf(':');
  const [project, step] = colon === -1 ? [text, 'train'] : [text.slice(0, colon), text.slice(colon + 1)];
  if (!steps.includes(step)) throw usageError(`"${step}" is no step: ${steps.join(', ')}`, help);
  return { project, step: step as StepRef['step'] };
}

function seedOf(text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== 'string' || !/^\d+$/.test(text)) throw usageError(`"${String(text)}" is no seed`, help);
  return Number(text);
}
