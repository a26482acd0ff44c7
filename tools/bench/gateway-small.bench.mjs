import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { GatewayPeer, NodePeer, requestOf } from './peers/gateway.mjs';
import { beside, Wrk } from './peers/wrk.mjs';

const { onnxPerceptron } = createRequire(import.meta.url)('../../packages/testing/dist/onnx-model.js');

/*
 * A small model (4, 8, 3), one row a request, 16 connections, beside a server of 20 lines that checks nothing and calls onnxruntime-node
 * itself. Ours validates, routes, counts, logs. Then requests until there were a million of them (NX_ML_BENCH_REQUESTS), and what the gateway
 * holds of memory after a fifth of them and at the end. The ratio is the worst of three: how far the requests a second are from 0.8 x, the
 * 99th percentile from 2 ms above, and the memory from 1.2 x; 1 is just there.
 */
export const title =
  'a small ONNX model from the gateway, beside the least server that calls onnxruntime-node';
export const target = 1;

const [leastRate, mostLater, mostGrowth] = [0.8, 2, 1.2];
const many = Number(process.env.NX_ML_BENCH_REQUESTS ?? 1_000_000);

export async function measure(say) {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  const [file, sizes] = [join(folder, 'model.onnx'), [4, 8, 3]];
  writeFileSync(file, onnxPerceptron(sizes));
  const runtime = { kind: 'onnx', file: 'model/model.onnx', batch: { maxRows: 64, maxDelay: 0 } };
  const model = { runtime, inputs: 4, outputs: 3, files: { 'model/model.onnx': onnxPerceptron(sizes) } };
  const peer = await NodePeer.start(fileURLToPath(new URL('./peers/onnx-server.mjs', import.meta.url)), [
    file,
  ]);
  const ours = await GatewayPeer.start(join(folder, 'release'), model);
  try {
    // With an id, so that it is remembered for feedback.
    const wrk = new Wrk(join(folder, 'wrk.lua'), requestOf(4, { id: 'bench' }));
    const options = { connections: 16, seconds: 4 };
    const { rate, later } = await beside({ ours, peer, wrk, options, rounds: 5, say });
    say(
      `${rate.toFixed(2)} x its requests/s (at least ${leastRate}), 99% ${later.toFixed(2)} ms above (at most ${mostLater})`,
    );
    const growth = await growthOf(ours, wrk, say);
    return Math.max(leastRate / rate, later / mostLater, growth / mostGrowth);
  } finally {
    await Promise.all([ours.stop(), peer.stop()]);
    rmSync(folder, { recursive: true });
  }
}

async function growthOf(ours, wrk, say) {
  let [asked, early] = [0, 0];
  while (asked < many) {
    asked += (await wrk.ask(ours.url, { connections: 16, seconds: 5 })).count;
    if (early === 0 && asked >= many / 5) early = ours.memory();
  }
  const late = ours.memory();
  say(`${asked} requests: ${early.toFixed(0)} MB after a fifth of them, ${late.toFixed(0)} MB at the end`);
  return late / (early || late);
}
