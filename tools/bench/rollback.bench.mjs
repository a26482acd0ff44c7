import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { median } from './measure.mjs';

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}/index.js`);
const { decideCanary, newTally, withCounts } = core('canary');
const {
  faultyBundle,
  GatewayProcess,
  ServicePlace,
  SteadyLoad,
} = require('../../packages/testing/dist/service/index.js');

/*
 * How long users get bad answers: from the start of the process `nx-ml rollback` to the last of them, with a release of which each real
 * request fails; and of a candidate that does, from the request with which the evidence was there to the last of its answers, with
 * `nx-ml deploy` as controller. Both as processes, the gateway and the models too, eight users who ask all the time.
 */
export const title =
  'how long bad answers are met: after the command to go back, and after the request that decides';
export const target = 1;

const rounds = Number(process.env.NX_ML_BENCH_ROUNDS ?? 10);
const limits = { command: 1000, automatic: 2000 };
const rules = {
  steps: [0.5],
  guardrails: [{ name: 'errors', worse: 1, clear: 1.4, tolerated: 0.001 }],
  alpha: 0.05,
  least: 100,
  most: 1e6,
};

export async function measure(say) {
  const service = await new BenchedService().open();
  try {
    const automatic = await times(() => service.automatic());
    const command = await times(() => service.command());
    const starts = await times(() => service.start());
    say(
      `of the command, its process alone (--version): median ${median(starts).toFixed(0)} ms, at most ${Math.max(...starts).toFixed(0)} ms`,
    );
    for (const [name, all] of Object.entries({ command, automatic }))
      say(
        `${name.padEnd(10)} ${rounds} times: median ${median(all).toFixed(0)} ms, at most ${Math.max(...all).toFixed(0)} ms (asked: ${limits[name]} ms)`,
      );
    return Math.max(Math.max(...command) / limits.command, Math.max(...automatic) / limits.automatic);
  } finally {
    await service.close();
  }
}

async function times(run) {
  const all = [];
  for (let round = 0; round < rounds; round += 1) all.push(await run());
  return all;
}

class BenchedService {
  #folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  #gateway;
  #place;
  #load;
  #versions = 0;

  async open() {
    const state = join(this.#folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    this.#gateway = new GatewayProcess({ state });
    await this.#gateway.start();
    const { admin, token } = this.#gateway;
    this.#place = new ServicePlace({ admin, token, environment: 'steps: [0.5]' });
    await this.#promote();
    await this.#deploy();
    this.#load = new SteadyLoad({ url: () => this.#gateway.url, clients: 8, pause: 4 });
    return this;
  }

  /** Milliseconds from the command to the last bad answer. */
  async command() {
    await this.#promote();
    await this.#deploy();
    await this.#promote({ what: 'fail' });
    await this.#deploy({ strategy: 'recreate' });
    await this.#load.more(50);
    this.#load.take();
    const began = performance.now();
    const { code, output } = await this.#place.cli([
      'rollback',
      'mail-api',
      '--reason',
      'bench',
      '--by',
      'bench',
    ]);
    if (code !== 0) throw new Error(output);
    await this.#load.more(100);
    return lastBad(this.#load.take()) - began;
  }

  /** Milliseconds from the request that decides to the last bad answer. */
  async automatic() {
    await this.#promote({ what: 'fail' });
    this.#load.take();
    const output = await this.#deploy({ expected: 1 });
    if (!output.includes('"outcome":"rolled-back"')) throw new Error(output);
    await this.#load.more(100);
    const met = this.#load.take();
    return lastBad(met) - decidingAt(met);
  }

  /** Milliseconds that the command's process takes to start and to end. */
  async start() {
    return (await this.#place.cli(['--version'])).durationMs;
  }

  #promote(fault) {
    this.#versions += 1;
    return this.#place.promote(faultyBundle(`version ${this.#versions}`, fault));
  }

  async #deploy({ strategy = 'canary', expected = 0 } = {}) {
    this.#place.configure(`strategy: ${strategy}, steps: [0.5]`);
    const args = ['deploy', 'mail-api', '--by', 'bench', '--json'];
    const { code, output } = await this.#place.cli(args);
    if (code !== expected) throw new Error(output);
    return output;
  }

  async close() {
    await this.#load?.stop();
    await this.#gateway.end();
    this.#place?.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function lastBad(met) {
  const last = met.findLast(({ what }) => what !== 'right');
  if (last === undefined) throw new Error('nobody met the bad release');
  return last.at;
}

/** The evidence after each answer, by the rules of the controller: it is there before the controller looks. */
function decidingAt(met) {
  const bad = met.find(({ what }) => what !== 'right').release;
  const arm = () => ({ requests: 0, errors: 0, slow: 0, feedback: {} });
  const counts = { baseline: arm(), candidate: arm() };
  // From its first answer on, both arms count.
  for (const { at, what, release } of met.slice(met.findIndex((each) => each.release === bad))) {
    const to = counts[release === bad ? 'candidate' : 'baseline'];
    to.requests += 1;
    to.errors += what === 'right' ? 0 : 1;
    const tally = withCounts(newTally(0.5), {
      baseline: { ...counts.baseline },
      candidate: { ...counts.candidate },
    });
    if (decideCanary(tally, rules).state === 'roll-back') return at;
  }
  throw new Error('no request decided it');
}
