import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { GatewayPeer, NodePeer, requestOf } from './peers/gateway.mjs';
import { beside, Wrk } from './peers/wrk.mjs';

const { onnxPerceptron } = createRequire(import.meta.url)('../../packages/testing/dist/onnx-model.js');

/*
 * 64 clients at once with one row each, beside the same server of 20 lines. Rows that wait are joined, so that the weights are read once for
 * all of them. What that gives is a matter of the model. 64 x 4096 x 4096 x 10 are 17 million weights, 68 MB: about as many as a small network
 * for texts or images has, and more than the caches of most processors hold. One of 64 rows takes an eighth of what a row takes alone. That is
 * the larger model of the target. 64 x 2048 x 2048 x 10 are 17 MB, which stay in a cache of 32: there it is a quarter, and HTTP and JSON take
 * as long as the model does. It is measured too, and told, for whoever has such a model. The ratio is how far the requests a second of the
 * larger are from 2 x; 1 is just there.
 */
export const title = 'a larger ONNX model under 64 clients, joined to batches, beside the least server';
export const target = 1;

const leastRate = 2;

export async function measure(say) {
  await rateOf(2048, say);
  const rate = await rateOf(4096, say);
  say(`${rate.toFixed(2)} x its requests/s with the larger (at least ${leastRate})`);
  return leastRate / rate;
}

/** @returns how many times the peer's requests a second, with two layers of that width */
async function rateOf(width, say) {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  const bytes = onnxPerceptron([64, width, width, 10]);
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
    const options = { connections: 64, seconds: 5 };
    const { rate } = await beside({ ours, peer, wrk, options, rounds: 3, say });
    say(`${rate.toFixed(2)} x with ${(bytes.length / 1e6).toFixed(0)} MB of weights`);
    return rate;
  } finally {
    await Promise.all([ours.stop(), peer.stop()]);
    rmSync(folder, { recursive: true });
  }
}
