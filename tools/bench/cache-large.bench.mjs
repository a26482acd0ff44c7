import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { median } from './measure.mjs';
import { CacheServer } from './peers/cache-server.mjs';
import { Nginx } from './peers/nginx.mjs';

/*
 * An entry of 1 GB to the cache server and back, beside nginx that receives and serves the same file: the same client (curl), in turn,
 * on the same machine. Ours hashes it, signs it, and has it on the disk before it says so; nginx does none of it. The slower
 * direction counts. Then 8 transfers at once: what the server holds in memory beyond what it held idle.
 */
export const title = '1 GB to and from the cache server, beside nginx with the same file';
export const target = 1.43;

const size = 1_000_000_000;
const rounds = 4;
/** Megabytes. */
const memoryLimit = 100;

export async function measure(say) {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  const [nginx, server] = [
    await Nginx.start(join(folder, 'nginx')),
    await CacheServer.start(join(folder, 'ours')),
  ];
  try {
    const file = join(folder, 'file');
    fill(file);
    const idle = server.memory().now;
    const ratio = await speed({ nginx, server, file, folder }, say);
    await eightAtOnce(server, file);
    const above = server.memory().most - idle;
    say(
      `memory of 8 transfers at once        ${above.toFixed(0)} MB above ${idle.toFixed(0)} MB idle (at most ${memoryLimit})`,
    );
    if (above > memoryLimit) throw new Error(`The server took ${above.toFixed(0)} MB for 8 transfers`);
    return ratio;
  } finally {
    await Promise.all([nginx.stop(), server.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function speed({ nginx, server, file, folder }, say) {
  const times = { 'ours up': [], 'nginx up': [], 'ours down': [], 'nginx down': [] };
  for (let round = 0; round < rounds; round += 1) {
    const runs = {
      'nginx up': () => upload(nginx.url('file'), file),
      'ours up': () => upload(server.url(`round${round}`), file, server.header),
      'nginx down': () => download(nginx.url('file')),
      'ours down': () => download(server.url(`round${round}`), server.header),
    };
    for (const [name, run] of Object.entries(runs)) {
      touchMemory(join(folder, 'memory'));
      const time = await run();
      // The first round warms up.
      if (round > 0) times[name].push(time);
    }
    rmSync(join(nginx.root, 'file'));
    rmSync(join(server.storage, 'cache/protected/ro', `round${round}`));
  }
  for (const [name, all] of Object.entries(times))
    say(`${name.padEnd(37)}${(size / 1e6 / median(all)).toFixed(0).padStart(5)} MB/s`);
  const ratio = (way) =>
    median(times[`ours ${way}`].map((time, index) => time / times[`nginx ${way}`][index]));
  say(
    `throughput up ${(1 / ratio('up')).toFixed(2)} x nginx, down ${(1 / ratio('down')).toFixed(2)} x (at least 0.7)`,
  );
  return Math.max(ratio('up'), ratio('down'));
}

/** Half of them up, half of them down. */
async function eightAtOnce(server, file) {
  await upload(server.url('shared'), file, server.header);
  await Promise.all(
    Array.from({ length: 4 }, (_, index) => [
      upload(server.url(`at-once-${index}`), file, server.header),
      download(server.url('shared'), server.header),
    ]).flat(),
  );
}

const upload = (url, file, header) => curl(['-T', file, url], header);
const download = (url, header) => curl([url], header);

/** @returns {Promise<number>} seconds */
async function curl(args, header) {
  const headers = header === undefined ? [] : ['-H', header];
  const format = '%{http_code} %{time_total}';
  const all = ['-s', '-S', '-o', '/dev/null', '-w', format, '-H', 'Expect:', ...headers, ...args];
  const { stdout } = await promisify(execFile)('curl', all);
  const [status, seconds] = stdout.split(' ');
  if (!/^20[014]$/.test(status)) throw new Error(`${args.at(-1)} answered ${status}`);
  return Number(seconds);
}

/**
 * What a virtual machine has not touched for a while costs it up to two seconds a GB to get, whoever writes a file there first. So each
 * finds as much memory that was written to just before.
 */
function touchMemory(path) {
  fill(path);
  rmSync(path);
}

function fill(path) {
  const block = randomFillSync(Buffer.alloc(10_000_000));
  const file = openSync(path, 'w');
  for (let written = 0; written < size; written += block.length) {
    block.writeDoubleLE(written);
    writeSync(file, block);
  }
  closeSync(file);
}
