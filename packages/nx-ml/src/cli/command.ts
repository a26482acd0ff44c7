import { parseArgs } from 'node:util';

import { messageOf, MlError } from '@nx-ml/core/kernel';

export interface CliIo {
  readonly write: (text: string) => void;
  /** Absolute. */
  readonly cwd: string;
}

export interface CliCommand {
  /** The whole help, with examples. */
  readonly help: string;
  /** Its arguments are those of another program, a --help among them too unless it comes first. */
  readonly isPassedOn?: true;
  /** @returns the exit code. */
  run(args: readonly string[], io: CliIo): Promise<number>;
}

export interface ParsedOptions {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** Parses options strictly. @throws MlError ERR_ML_USAGE */
export function parseOptions(
  args: readonly string[],
  options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>,
  help: string,
): ParsedOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { values: values, positionals };
  } catch (cause) {
    throw usageError(messageOf(cause).split('. ')[0] ?? '', help, cause);
  }
}

export function usageError(message: string, help: string, cause?: unknown): MlError {
  const usage = help.split('\n').find((line) => line.startsWith('nx-ml ')) ?? '';
  return new MlError('ERR_ML_USAGE', { message, fix: `Usage: ${usage}`, cause });
}
