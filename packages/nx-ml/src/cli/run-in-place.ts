import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export interface Program {
  /** Looked for on the PATH of `env`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Not SIGINT: a terminal sends that to the program too, and many take the second for impatience. */
const passedOn = ['SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a program as if it stood in our place: with our streams, and with the signals that ask us to end.
 *
 * @returns its exit code; for one that a signal ended what a shell says, 128 and the number of the signal.
 */
export async function runInPlace({ program, args, cwd, env }: Program): Promise<number> {
  const child = spawn(program, args, { cwd, env, stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  const wait = (): void => undefined;
  for (const signal of passedOn) process.on(signal, pass);
  process.on('SIGINT', wait);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
      });
    });
  } finally {
    for (const signal of passedOn) process.off(signal, pass);
    process.off('SIGINT', wait);
  }
}
