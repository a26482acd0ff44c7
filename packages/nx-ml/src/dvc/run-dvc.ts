import { parseArgs } from 'node:util';

import { checkRelativePath, messageOf, MlError } from '@nx-ml/core/kernel';

import { findWorkspaceRoot } from '../cli/workspace-root.js';
import { bringData } from './bring-data.js';
import { closeStage } from './close-stage.js';
import { openStage } from './open-stage.js';
import type { StageOptions } from './open-stage.js';
import { readStageRun } from './stage-run.js';

const help = `nx-ml-dvc stands in the commands of ml.yaml files that nx g nx-ml:import-dvc wrote.

nx-ml-dvc open [--folder FOLDER] [--params FILE]... [--class FILE:NAME]... [--out PATH]... [--metrics FILE]...
  Lays out the folder in which a stage's commands run, and prints where it is. A params file is written in the format
  that its name tells; NAME is a map that a Python file has as a class.
nx-ml-dvc close
  Moves what the commands made to the outputs of the run, and reads the metrics.
nx-ml-dvc data FILE [--stage NAME] [--folder FOLDER]
  Brings what a .dvc file, or dvc.lock of one stage, names: from the workspace, the DVC cache or the DVC remote, verified.

Paths are relative to the workspace.
`;

export interface DvcIo {
  readonly write: (text: string) => void;
  /** Into the log of the run; standard output is read by the shell. */
  readonly note: (text: string) => void;
  /** Absolute: the folder of the project. */
  readonly cwd: string;
  /** ML_RUN. */
  readonly runDocument: string | undefined;
}

/** @throws MlError */
export async function runDvc(args: readonly string[], io: DvcIo): Promise<void> {
  if (args.length === 0 || args.includes('--help')) {
    io.write(help);
    return;
  }
  const { verb, file, options } = parse(args);
  const run = readStageRun(io.runDocument);
  const place = { root: findWorkspaceRoot(io.cwd), project: io.cwd, run, note: io.note };
  if (verb === 'open') io.write(`${openStage(place, options)}\n`);
  else if (verb === 'close') closeStage(place);
  else await bringData(place, { ...options, file });
}

interface Parsed {
  readonly verb: 'open' | 'close' | 'data';
  /** Given with `data` alone. */
  readonly file: string;
  readonly options: StageOptions & { readonly stage: string | undefined };
}

/** @throws MlError ERR_ML_USAGE, ERR_ML_PATH_UNSAFE */
function parse(args: readonly string[]): Parsed {
  const { values, positionals } = parseWords(args);
  const [verb, file = '', ...extra] = positionals;
  if (!isVerb(verb) || extra.length > 0 || (file !== '') !== (verb === 'data'))
    throw usage(`cannot do "${positionals.join(' ')}"`);
  const { folder = '', params = [], class: classes = [], out: outs = [], metrics = [], stage } = values;
  const places = [file, folder].filter((path) => path !== '');
  for (const path of [...places, ...params, ...outs, ...metrics]) checkRelativePath(path);
  return { verb, file, options: { folder, params, classes, outs, metrics, stage } };
}

function isVerb(word: string | undefined): word is Parsed['verb'] {
  return word === 'open' || word === 'close' || word === 'data';
}

function parseWords(args: readonly string[]) {
  const many = { type: 'string', multiple: true } as const;
  const one = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { folder: one, stage: one, params: many, class: many, out: many, metrics: many },
      allowPositionals: true,
    });
  } catch (cause) {
    throw usage(messageOf(cause).split('. ')[0] ?? '');
  }
}

function usage(message: string): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: `nx-ml-dvc: ${message}`,
    fix: 'nx-ml-dvc --help tells how.',
  });
}
