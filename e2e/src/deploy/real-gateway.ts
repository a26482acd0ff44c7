import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCommand } from '@nx-ml/testing';
import type { RunningCommand, WorkspaceRig } from '@nx-ml/testing';

/** The gateway that a workspace has installed, as whoever runs it starts it. */
export class RealGateway {
  private constructor(
    private readonly running: RunningCommand,
    /** Where users ask, and where releases are deployed. */
    readonly addresses: { readonly serving: string; readonly admin: string },
    readonly token: string,
  ) {}

  static async start(rig: WorkspaceRig): Promise<RealGateway> {
    const main = join(rig.root, 'node_modules/@nx-ml/server/dist/cli/main.js');
    const anywhere = ['--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0'];
    const args = [main, 'gateway', '--state', '.nx-ml/gateway', ...anywhere, '--no-access-log'];
    const running = startCommand(process.execPath, args, { cwd: rig.root, env: rig.environment() });
    const said = await until(() =>
      /shown this once: (\S+)[^]* listens on (\S+), for deployments on (\S+)/.exec(running.output()),
    );
    const [, token = '', serving = '', admin = ''] = said;
    return new RealGateway(running, { serving, admin }, token);
  }

  /** @returns its exit code */
  async stop(): Promise<number | null> {
    this.running.child.kill('SIGTERM');
    return (await this.running.ended).code;
  }
}

/** What is not yet there; the spec's own time-out ends a wait for nothing. */
export async function until<T>(find: () => T | null | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== null && found !== undefined) return found;
    await sleep(50);
  }
}
