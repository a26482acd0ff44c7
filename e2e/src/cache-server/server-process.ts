import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const main = join(__dirname, '../../../packages/server/dist/cli/main.js');

/** The server as its users start it, over folders that outlive it. */
export class ServerProcess {
  #child: ChildProcess | undefined;
  #port = 0;
  readonly token: string;

  /**
   * @param options of `serve`, further ones
   * @param storage where entries and objects lie; a folder of its own where it is not said
   */
  constructor(
    private readonly folder: string,
    private readonly options: readonly string[] = [],
    private readonly storage = join(folder, 'storage'),
  ) {
    mkdirSync(join(folder, 'storage'));
    this.token = this.mint('protected');
  }

  /** @returns a token that may read and write as that scope. */
  mint(scope: string): string {
    const args = ['token', 'mint', '--scope', scope, '--mode', 'read-write', '--json', ...this.#state];
    const { stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    return (JSON.parse(stdout) as { token: string }).token;
  }

  get port(): number {
    return this.#port;
  }

  /** Runs another of its commands over the same places. @returns what it wrote, of JSON */
  run(...args: readonly string[]): unknown {
    const all = [main, ...args, '--json', ...this.#places];
    const { stdout, stderr } = spawnSync(process.execPath, all, {
      encoding: 'utf8',
      env: process.env,
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** Starts it, at the same port as before. @returns milliseconds until it answers. */
  async start(): Promise<number> {
    const startedAt = performance.now();
    const listen = ['--listen', `127.0.0.1:${String(this.#port)}`];
    const args = ['serve', ...this.#places, ...listen, ...this.options];
    const child = spawn(process.execPath, [main, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: process.env,
    });
    this.#child = child;
    this.#port = await new Promise<number>((resolve, reject) => {
      let told = '';
      child.once('exit', () => {
        reject(new Error(`The server ended: ${told}`));
      });
      child.stderr.on('data', (text: Buffer) => {
        told += text.toString();
        const port = /listens on https?:\/\/127\.0\.0\.1:(\d+)/.exec(told)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    });
    return performance.now() - startedAt;
  }

  /** @returns its exit code; null when the signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    this.#child = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  get #places(): string[] {
    return ['--storage', this.storage, ...this.#state];
  }

  get #state(): string[] {
    return ['--state', join(this.folder, 'state')];
  }
}
