import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { median } from './measure.mjs';
import { CacheServer } from './peers/cache-server.mjs';
import { Nginx } from './peers/nginx.mjs';

/*
 * 10,000 entries of 4 KB, asked for in turn over 16 connections by wrk, beside nginx with the same bytes as files. Ours knows the token
 * of each request, and gives nothing back that was not verified. The ratio is the worse of two: how far the requests a second are from
 * 0.3 x nginx's, and the 99th percentile of the time that one takes from 5 x nginx's; 1 is just there.
 */
export const title = '10,000 small entries from the cache server, beside nginx with the same files';
export const target = 1;

const count = 10_000;
const bytes = 4096;
const rounds = 3;
const [leastRate, mostLatency] = [0.3, 5];

export async function measure(say) {
  if (spawnSync('wrk', ['-v']).error !== undefined) throw new Error('wrk is missing: apt-get install wrk');
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  const [nginx, server] = [
    await Nginx.start(join(folder, 'nginx')),
    await CacheServer.start(join(folder, 'ours')),
  ];
  try {
    await fill(nginx, server, say);
    const script = {
      nginx: lua(folder, 'nginx', '/'),
      ours: lua(folder, 'ours', '/v1/cache/', server.token),
    };
    const ask = {
      nginx: () => wrk(nginx.url(''), script.nginx),
      ours: () => wrk(server.origin, script.ours),
    };
    // Once for all of them: from here on both have them in memory, as a cache has what is asked for.
    await Promise.all([ask.nginx(), ask.ours()]);
    const seen = [];
    for (let round = 0; round < rounds; round += 1)
      seen.push({ nginx: await ask.nginx(), ours: await ask.ours() });
    return tell(seen, say);
  } finally {
    await Promise.all([nginx.stop(), server.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(seen, say) {
  for (const name of ['ours', 'nginx']) {
    const [rate, latency] = ['rate', 'latency'].map((what) => median(seen.map((round) => round[name][what])));
    say(`${name.padEnd(8)}${rate.toFixed(0).padStart(8)} requests/s, 99% within ${latency.toFixed(2)} ms`);
  }
  const rate = median(seen.map(({ ours, nginx }) => ours.rate / nginx.rate));
  const latency = median(seen.map(({ ours, nginx }) => ours.latency / nginx.latency));
  say(
    `${rate.toFixed(2)} x its requests/s (at least ${leastRate}), ${latency.toFixed(2)} x its 99% (at most ${mostLatency})`,
  );
  return Math.max(leastRate / rate, latency / mostLatency);
}

/** The same bytes to both. */
async function fill(nginx, server, say) {
  const started = performance.now();
  mkdirSync(nginx.root, { recursive: true });
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const names = Array.from({ length: count }, (_, index) => String(index));
  const worker = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const body = randomBytes(bytes);
      writeFileSync(join(nginx.root, name), body);
      await put(server, agent, name, body);
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
  agent.destroy();
  say(`${count} entries stored, each durable      ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function put(server, agent, name, body) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${server.token}`, 'content-length': body.length };
    const sent = request(server.url(name), { method: 'PUT', agent, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`PUT ${name} answered ${answer.statusCode}`));
      answer.resume().on('end', resolve);
    });
    sent.on('error', reject).end(body);
  });
}

/** In an order that jumps about, so that nothing helps but having them all. */
function lua(folder, name, prefix, token) {
  const path = join(folder, `${name}.lua`);
  const header = token === undefined ? '' : `wrk.headers["Authorization"] = "Bearer ${token}"`;
  writeFileSync(
    path,
    `${header}
local at = 0
request = function()
  at = (at + 7919) % ${count}
  return wrk.format("GET", "${prefix}" .. at)
end
done = function(summary, latency)
  local failed = summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %f %f %d\\n", summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, failed))
end
`,
  );
  return path;
}

/** @returns {Promise<{rate: number, latency: number}>} requests a second; the 99th percentile in milliseconds */
async function wrk(url, script) {
  const { stdout } = await promisify(execFile)('wrk', ['-t1', '-c16', '-d5s', '-s', script, url]);
  const [, rate, latency, failed] = /RESULT (\S+) (\S+) (\d+)/.exec(stdout);
  if (failed !== '0') throw new Error(`${failed} requests failed:\n${stdout}`);
  return { rate: Number(rate), latency: Number(latency) };
}
