import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and standard error as they came, colours removed. */
  readonly output: string;
  readonly durationMs: number;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
  /** What came so far. */
  output(): string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Shown live, for people who watch. */
  readonly echo?: boolean;
}

/** Starts a command without a shell. */
export function startCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): RunningCommand {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const take = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
    if (options.echo === true) process.stdout.write(chunk);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, output: withoutColours(text), durationMs: performance.now() - started });
    });
  });
  return { child, ended, output: () => withoutColours(text) };
}

function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- an escape sequence starts with a control character
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
}
