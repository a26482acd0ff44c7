import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { messageOf, MlError } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';

/** What a command has of the world around it. */
export interface Io {
  /** The answer: standard output. */
  readonly write: (text: string) => void;
  /** What is no part of the answer, such as logs, progress and warnings: standard error. */
  readonly tell: (text: string) => void;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

export interface ServerCommand {
  /** One word, or two with a space between them: `serve`, `token mint`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole help, its usage as the first line, with examples. */
  readonly help: string;
  /** @returns the exit code. @throws MlError ERR_ML_USAGE (exit code 2), or any other (1) */
  run(args: readonly string[], io: Io): Promise<number>;
}

export interface ParsedOptions {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** Parses options strictly; none may be given twice. @throws MlError ERR_ML_USAGE */
export function parseOptions(
  args: readonly string[],
  options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>,
  help: string,
): ParsedOptions {
  try {
    const config = { args: [...args], options, allowPositionals: true, strict: true, tokens: true } as const;
    const { values, positionals, tokens } = parseArgs(config);
    const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`--${twice} is given twice`);
    return { values, positionals };
  } catch (cause) {
    throw usageError(messageOf(cause).split('. ')[0] ?? '', help, cause);
  }
}

/** A command line that cannot be understood; its mend is the usage, the first line of the help. */
export function usageError(message: string, help: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_USAGE', { message, fix: `Usage: ${help.split('\n')[0] ?? ''}`, cause });
}

/**
 * The state folder that --state or NX_ML_SERVER_STATE names, absolute. There is no default: root and the user of the service would
 * each have one of their own, and a token minted into the wrong one is never known.
 *
 * @throws MlError ERR_ML_USAGE
 */
export function stateFolderOf(option: string | boolean | undefined, io: Io, help: string): string {
  const named = typeof option === 'string' ? option : io.env['NX_ML_SERVER_STATE'];
  if (named === undefined || named === '')
    throw usageError('No state folder is named, neither by --state nor by NX_ML_SERVER_STATE', help);
  return resolve(io.cwd, named);
}
