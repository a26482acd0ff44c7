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
