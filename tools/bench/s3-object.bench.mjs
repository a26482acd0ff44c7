import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';

import { median } from './measure.mjs';
import { S3Bench } from './peers/s3.mjs';

/*
 * One object of 1 GB, pushed from a store and pulled into an empty one, beside curl sending and fetching a file of
 * the same bytes: the same server, on the same machine, so that all of them share its two cores. Ours verifies the
 * object before it goes, signs each part with its SHA-256, verifies what comes, and makes it durable; curl does none
 * of it. The slower direction counts.
 */
export const title = '1 GB pushed to and pulled from a radosgw, beside curl PUT and GET to the same server';
export const target = 1.43;

const gigabyte = 1_000_000_000;
const rounds = 4;

export async function measure(say) {
  const bench = await S3Bench.open();
  try {
    const file = join(bench.folder, 'object');
    fill(file);
    const sender = await bench.store('stored');
    const ref = await sender.store.putFile(file);
    const times = { push: [], put: [], pull: [], get: [] };
    for (let round = 0; round < rounds; round += 1) {
      const prefix = `round-${round}`;
      const pushing = await bench.store(prefix);
      pushing.deps.store = sender.store;
      const receiver = await bench.store(prefix);
      const [push, put] = [() => bench.push(ref, pushing), () => bench.curl('-T', file, bench.url(prefix))];
      const out = join(bench.folder, 'out');
      const [pull, get] = [
        () => bench.pull({ ref }, receiver),
        () => bench.curl('-o', out, bench.url(prefix)),
      ];
      const first = await timed({ push, put, pull, get }, () => {
        rmSync(out, { force: true });
        touchMemory(join(bench.folder, 'memory'));
      });
      // The first of them warms up.
      if (round > 0) for (const [name, time] of Object.entries(first)) times[name].push(time);
      rmSync(receiver.root, { recursive: true });
      await bench.curl('-X', 'DELETE', bench.url(prefix));
    }
    const rate = (all) => `${(gigabyte / 1000 / median(all)).toFixed(0).padStart(5)} MB/s`;
    for (const [name, all] of Object.entries(times)) say(`${labels[name].padEnd(34)}${rate(all)}`);
    say(
      `most memory of this process          ${(process.resourceUsage().maxRSS / 1000).toFixed(0).padStart(5)} MB`,
    );
    const ratio = (ours, theirs) => median(times[ours].map((time, index) => time / times[theirs][index]));
    const [up, down] = [ratio('push', 'put'), ratio('pull', 'get')];
    say(`push ${up.toFixed(2)} x curl's time, pull ${down.toFixed(2)} x`);
    return Math.max(up, down);
  } finally {
    await bench.remove();
  }
}

const labels = { push: 'push', put: 'curl -T', pull: 'pull', get: 'curl -o' };

/**
 * What a virtual machine has not touched for a while costs it up to two seconds a GB to get, whoever writes a file there
 * first. So each finds as much memory that was written to just before.
 */
function touchMemory(path) {
  fill(path);
  rmSync(path);
}

async function timed(runs, before) {
  const times = {};
  for (const [name, run] of Object.entries(runs)) {
    before();
    const started = performance.now();
    await run();
    times[name] = performance.now() - started;
  }
  return times;
}

function fill(path) {
  const block = randomFillSync(Buffer.alloc(10_000_000));
  const file = openSync(path, 'w');
  for (let written = 0; written < gigabyte; written += block.length) {
    block.writeDoubleLE(written);
    writeSync(file, block);
  }
  closeSync(file);
}
