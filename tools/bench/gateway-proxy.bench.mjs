import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { GatewayPeer, NodePeer, requestOf } from './peers/gateway.mjs';
import { Nginx } from './peers/nginx.mjs';
import { beside, Wrk } from './peers/wrk.mjs';

/*
 * A process of the user's own behind the gateway, beside nginx that passes the same requests to a process of the same program, with
 * kept connections and no log. Ours reads every request and every answer, and holds both against the signature. The ratio is how far the
 * requests a second are from 0.8 x nginx's; 1 is just there.
 */
export const title = "a user's own process behind the gateway, beside nginx before the same process";
export const target = 1;

const leastRate = 0.8;
const program = fileURLToPath(new URL('./peers/model-server.cjs', import.meta.url));

export async function measure(say) {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  const runtime = { kind: 'command', command: `exec "${process.execPath}" serve.cjs`, folder: 'code' };
  const model = { runtime, inputs: 8, outputs: 1, files: { 'code/serve.cjs': readFileSync(program) } };
  const behind = await NodePeer.start(program, []);
  const nginx = await Nginx.start(join(folder, 'nginx'), behind.origin);
  const ours = await GatewayPeer.start(join(folder, 'release'), model);
  try {
    const wrk = new Wrk(join(folder, 'wrk.lua'), requestOf(8));
    const peer = { url: nginx.url('v2/models/m/infer') };
    const { rate } = await beside({
      ours,
      peer,
      wrk,
      options: { connections: 16, seconds: 4 },
      rounds: 5,
      say,
    });
    say(`${rate.toFixed(2)} x its requests/s (at least ${leastRate})`);
    return leastRate / rate;
  } finally {
    await Promise.all([ours.stop(), nginx.stop(), behind.stop()]);
    rmSync(folder, { recursive: true });
  }
}
