import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface GatewayRun {
  /** Absolute: as gatewayProgram finds it. */
  readonly program: string;
  /** Absolute folder of a release. */
  readonly release: string;
  /** 0 for the system's choice. */
  readonly port: number;
  /** Ends the gateway, which lets requests under way end first. */
  readonly signal: AbortSignal;
  /** Called when the models answer. @param address where, `http://127.0.0.1:9320` */
  readonly onReady: (address: string) => void;
  /** What the gateway tells, and its models, a line at a time. */
  readonly tell: (line: string) => void;
}

/**
 * Serves until the gateway ends or the signal comes. The gateway never outlives this process: the channel between them closes with it.
 *
 * @returns its exit code; 0 where it was asked to end
 */
export async function runGateway({ program, release, port, ...run }: GatewayRun): Promise<number> {
  const { signal } = run;
  if (signal.aborted) return 0;
  const args = ['gateway', '--release', release, '--listen', `127.0.0.1:${String(port)}`, '--no-access-log'];
  const gateway = spawn(process.execPath, [program, ...args], {
    env: process.env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const stop = (): void => {
    gateway.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop);
  if (gateway.stderr !== null) passOn(gateway.stderr, run);
  try {
    const [code] = (await once(gateway, 'close')) as [number | null];
    return gateway.killed ? 0 : (code ?? 1);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function passOn(said: Readable, { onReady, tell }: Pick<GatewayRun, 'onReady' | 'tell'>): void {
  createInterface({ input: said }).on('line', (line) => {
    const address = / listens on (http\S+) and serves /.exec(line)?.[1];
    if (address === undefined) tell(line);
    else onReady(address);
  });
}
