import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { median } from '../measure.mjs';

/** Asks with one body again and again. */
export class Wrk {
  #script;

  /** @param path where its script goes */
  constructor(path, body) {
    if (spawnSync('wrk', ['-v']).error !== undefined) throw new Error('wrk is missing: apt-get install wrk');
    this.#script = path;
    writeFileSync(
      path,
      `wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = ${JSON.stringify(body)}
done = function(summary, latency)
  local failed = summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %f %f %d %d\\n", summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, failed, summary.requests))
end
`,
    );
  }

  /** @returns {Promise<{rate: number, latency: number, count: number}>} requests a second; the 99th percentile in milliseconds */
  async ask(url, { connections, seconds }) {
    const args = ['-t1', '--timeout', '30s', `-c${connections}`, `-d${seconds}s`, '-s', this.#script, url];
    const { stdout } = await promisify(execFile)('wrk', args);
    const [, rate, latency, failed, count] = /RESULT (\S+) (\S+) (\d+) (\d+)/.exec(stdout);
    if (failed !== '0') throw new Error(`${failed} requests failed:\n${stdout}`);
    return { rate: Number(rate), latency: Number(latency), count: Number(count) };
  }
}

/**
 * Asks ours and the peer in turn, the first round for nothing.
 *
 * @returns {Promise<{rate: number, later: number}>} how many times the peer's requests a second; milliseconds that the 99th percentile is above it
 */
export async function beside({ ours, peer, wrk, options, rounds, say }) {
  const seen = [];
  for (let round = 0; round <= rounds; round += 1)
    seen.push({ peer: await wrk.ask(peer.url, options), ours: await wrk.ask(ours.url, options) });
  const counted = seen.slice(1);
  for (const name of ['ours', 'peer']) {
    const [rate, latency] = ['rate', 'latency'].map((what) =>
      median(counted.map((each) => each[name][what])),
    );
    say(`${name.padEnd(8)}${rate.toFixed(0).padStart(8)} requests/s, 99% within ${latency.toFixed(2)} ms`);
  }
  return {
    rate: median(counted.map((each) => each.ours.rate / each.peer.rate)),
    later: median(counted.map((each) => each.ours.latency - each.peer.latency)),
  };
}
