import { stageProgram } from '../../provenance/index.js';
import { dvcError } from './problem.js';
import type { DvcStage } from './stage.js';
import { shellQuote } from './unpack.js';

export interface StageCommandInput {
  readonly stage: DvcStage;
  /** Params files that are written from the run's parameters. */
  readonly params: readonly string[];
  /** `params.py:Train`: the maps that those have as classes. */
  readonly classes: readonly string[];
  readonly metrics: readonly string[];
}

/**
 * A stage as the command of a step: a folder is laid out, the stage's commands run in it as they are written, and what
 * they left is collected.
 *
 * @throws MlError ERR_ML_DVC_INVALID
 */
export function stageCommand({ stage, params, classes, metrics }: StageCommandInput): string {
  const outs = stage.outs.map(({ path }) => path).filter((path) => !metrics.includes(path));
  const options = [
    ...(stage.folder === '' ? [] : [option('folder', stage.folder)]),
    ...params.map((path) => option('params', path)),
    ...classes.map((name) => option('class', name)),
    ...outs.map((path) => option('out', path)),
    ...metrics.map((path) => option('metrics', path)),
  ];
  return [
    `dir=$(${[stageProgram, 'open', ...options].join(' ')}) &&`,
    ...stage.commands.map((command) => `${inFolder(command, stage)} &&`),
    `${stageProgram} close`,
  ].join('\n');
}

/** The command that brings what DVC keeps by its content. */
export function dataCommand(file: string, stage?: Pick<DvcStage, 'name' | 'folder'>): string {
  const options =
    stage === undefined
      ? []
      : [option('stage', stage.name), ...(stage.folder === '' ? [] : [option('folder', stage.folder)])];
  return [stageProgram, 'data', shellQuote(file), ...options].join(' ');
}

function option(name: string, value: string): string {
  return `--${name} ${shellQuote(value)}`;
}

/** In a shell of its own, as DVC runs it. A comment must not swallow the bracket. */
function inFolder(command: string, stage: DvcStage): string {
  const placeholder = /\{(?:params|inputs|outputs)\.[A-Za-z0-9_.-]+\}|\{seed\}/.exec(command)?.[0];
  if (placeholder !== undefined)
    throw dvcError({
      where: stage.place,
      message: `has ${placeholder} in its command, which nx-ml would fill in`,
      fix: 'Move the command into a script, and let `cmd` start that.',
    });
  return `(cd "$dir"; ${command}${command.includes('#') ? '\n' : ''})`;
}
