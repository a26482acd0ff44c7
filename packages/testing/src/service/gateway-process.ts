import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The built server, as an installed package would have it. */
const serverMain = join(__dirname, '../../../server/dist/cli/main.js');

export interface GatewayProcessOptions {
  /** Absolute: of its state. */
  readonly state: string;
  /** Options of the command line, further ones. */
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts the one that is given to it: for a disk or a clock of its own. */
  readonly through?: readonly string[];
}

/** The gateway as its users start it, at the same ports after each start. */
export class GatewayProcess {
  /** Lines of its standard error, of all its lives. */
  readonly lines: string[] = [];
  token = '';
  #child: ChildProcess | undefined;
  #ports = { everybody: 0, admin: 0 };

  constructor(private readonly options: GatewayProcessOptions) {}

  get url(): string {
    return `http://127.0.0.1:${String(this.#ports.everybody)}`;
  }

  get admin(): string {
    return `http://127.0.0.1:${String(this.#ports.admin)}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** @returns milliseconds until it listens */
  async start(): Promise<number> {
    const started = performance.now();
    const { state, options = [], env = {}, through = [] } = this.options;
    const [everybody, admin] = [this.#ports.everybody, this.#ports.admin].map(
      (port) => `127.0.0.1:${String(port)}`,
    );
    const places = ['--state', state, '--listen', String(everybody), '--admin-listen', String(admin)];
    const [command = '', ...args] = [
      ...through,
      process.execPath,
      serverMain,
      'gateway',
      ...places,
      '--no-access-log',
      ...options,
    ];
    const child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#child = child;
    await this.#listening(child);
    return performance.now() - started;
  }

  #listening(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      let rest = '';
      child.once('exit', (code) => {
        reject(new Error(`The gateway ended with ${String(code)}: ${this.lines.slice(-5).join('\n')}`));
      });
      child.stderr?.on('data', (text: Buffer) => {
        const lines = (rest + text.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (this.#take(line)) resolve();
      });
    });
  }

  /** @returns whether it listens now */
  #take(line: string): boolean {
    this.lines.push(line);
    this.token = /The admin token, shown this once: (\S+)/.exec(line)?.[1] ?? this.token;
    const [, everybody, admin] =
      /listens on http:\/\/127\.0\.0\.1:(\d+), for deployments on http:\/\/127\.0\.0\.1:(\d+)/.exec(line) ??
      [];
    if (everybody === undefined) return false;
    this.#ports = { everybody: Number(everybody), admin: Number(admin) };
    return true;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
