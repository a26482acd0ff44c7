import { setTimeout as sleep } from 'node:timers/promises';

import { Load } from './load.js';
import type { ServerProcess } from './server-process.js';

export interface KillReport {
  readonly wrong: readonly string[];
  /** Of acknowledged entries, all of which were read again after each start. */
  readonly stored: number;
  /** Sent and not acknowledged when the server was killed. */
  readonly interrupted: number;
  /** Milliseconds until it answered again, a kill each. */
  readonly restarts: readonly number[];
}

/** Kills a server that is written to and read from, at random moments, starts it again, and looks at all that it should have. */
export async function killUnderLoad(server: ServerProcess, kills: number): Promise<KillReport> {
  const report = { wrong: [] as string[], stored: 0, interrupted: 0, restarts: [] as number[] };
  await server.start();
  for (let round = 0; round < kills; round += 1) {
    const load = new Load(server, { clients: 6, round });
    // Not before the clients are at work, so that each kill meets some of them.
    while (load.answers < 3) await sleep(5);
    await sleep(400 * Math.random());
    await server.end('SIGKILL');
    const stopped = load.stop();
    report.restarts.push(await server.start());
    await stopped;
    for (const hash of load.tried) await load.check(hash);
    report.wrong.push(...load.wrong);
    report.stored += load.stored.size;
    report.interrupted += load.tried.length - load.stored.size;
  }
  return report;
}
