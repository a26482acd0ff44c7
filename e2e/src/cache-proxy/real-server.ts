import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startCommand } from '@nx-ml/testing';
import type { RunningCommand } from '@nx-ml/testing';

const main = join(__dirname, '../../../packages/server/dist/cli/main.js');

/** nx-ml-server as it is installed, over folders of its own. */
export class RealServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'nx-ml-server-'));
  #running: RunningCommand | undefined;

  /** Again over the same folders. @param port any that is free where it is 0. @returns its address */
  async start(port = 0): Promise<string> {
    mkdirSync(join(this.#folder, 'storage'), { recursive: true });
    this.#running = this.#run([
      'serve',
      '--storage',
      join(this.#folder, 'storage'),
      '--listen',
      `127.0.0.1:${String(port)}`,
    ]);
    const ended = this.#running.ended.then(() => 'ended');
    for (;;) {
      const address = /listens on (http:\S+)/.exec(this.#running.output())?.[1];
      if (address !== undefined) return address;
      const state = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20))]);
      if (state === 'ended') throw new Error(`the server ended:\n${this.#running.output()}`);
    }
  }

  async mint(scope: string): Promise<string> {
    const { output } = await this.#run(['token', 'mint', '--scope', scope, '--mode', 'read-write', '--json'])
      .ended;
    const token = /"token":"([^"]+)"/.exec(output)?.[1];
    if (token === undefined) throw new Error(`no token:\n${output}`);
    return token;
  }

  async revoke(token: string): Promise<void> {
    const [, id = ''] = token.split('_');
    const { code, output } = await this.#run(['token', 'revoke', id]).ended;
    if (code !== 0) throw new Error(`not revoked:\n${output}`);
  }

  async kill(): Promise<void> {
    this.#running?.child.kill('SIGKILL');
    await this.#running?.ended;
  }

  async stop(): Promise<void> {
    this.#running?.child.kill('SIGTERM');
    await this.#running?.ended;
    rmSync(this.#folder, { recursive: true });
  }

  #run(args: readonly string[]): RunningCommand {
    const env = { PATH: process.env['PATH'] ?? '', NX_ML_SERVER_STATE: join(this.#folder, 'state') };
    return startCommand(process.execPath, [main, ...args], { cwd: this.#folder, env });
  }
}
