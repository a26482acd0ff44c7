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
  /** Options that may be given more than once. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly positionals: readonly string[];
}

/** Parses options strictly. @throws MlError ERR_ML_USAGE */
export function parseOptions(
  args: readonly string[],
  options: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: true }>>,
  help: string,
): ParsedOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { ...parted(values), positionals };
  } catch (cause) {
    throw usageError(messageOf(cause).split('. ')[0] ?? '', help, cause);
  }
}

type Value = string | boolean | undefined;

function parted(
  values: Readonly<Record<string, Value | readonly (string | boolean)[]>>,
): Omit<ParsedOptions, 'positionals'> {
  const single: Record<string, Value> = {};
  const lists: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(values))
    if (typeof value === 'object') lists[name] = value.map(String);
    else single[name] = value;
  return { values: single, lists };
}

export function usageError(message: string, help: string, cause?: unknown): MlError {
  const usage = help.split('\n').find((line) => line.startsWith('nx-ml ')) ?? '';
  return new MlError('ERR_ML_USAGE', { message, fix: `Usage: ${usage}`, cause });
}
