import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { GatewayPeer, NodePeer, requestOf } from './peers/gateway.mjs';
import { beside, Wrk } from './peers/wrk.mjs';

const { onnxPerceptron } = createRequire(import.meta.url)('../../packages/testing/dist/onnx-model.js');

/*
 * A larger model (64, 2048, 2048, 10: 17 MB of weights), 64 clients at once with one row each, beside the same server of 20 lines. Rows that
 * wait are joined, so that the weights are read once for all of them. The ratio is how far the requests a second are from 2 x; 1 is just there.
 */
export const title = 'a larger ONNX model under 64 clients, joined to batches, beside the least server';
export const target = 1;

const leastRate = 2;

export async function measure(say) {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  const bytes = onnxPerceptron([64, 2048, 2048, 10]);
  const file = join(folder, 'model.onnx');
  writeFileSync(file, bytes);
  const runtime = { kind: 'onnx', file: 'model/model.onnx', batch: { maxRows: 64, maxDelay: 2 } };
  const model = { runtime, inputs: 64, outputs: 10, files: { 'model/model.onnx': bytes } };
  const peer = await NodePeer.start(fileURLToPath(new URL('./peers/onnx-server.mjs', import.meta.url)), [
    file,
  ]);
  const ours = await GatewayPeer.start(join(folder, 'release'), model);
  try {
    const wrk = new Wrk(join(folder, 'wrk.lua'), requestOf(64));
    const { rate } = await beside({
      ours,
      peer,
      wrk,
      options: { connections: 64, seconds: 5 },
      rounds: 3,
      say,
    });
    say(`${rate.toFixed(2)} x its requests/s (at least ${leastRate})`);
    return leastRate / rate;
  } finally {
    await Promise.all([ours.stop(), peer.stop()]);
    rmSync(folder, { recursive: true });
  }
}
