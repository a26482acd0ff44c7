import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';

import { median } from './measure.mjs';
import { defaults, RollOuts } from './peers/rollout.mjs';

const require = createRequire(import.meta.url);
const { seededRng } = require('../../packages/core/dist/kernel/index.js');
const { clopperPearsonUpper } = require('../../packages/core/dist/stats/index.js');

/*
 * What canary-simulation says, on the gateway itself: a process with ONNX models, of whose answers a known part fails, and the use case of
 * `nx-ml deploy`, which looks at the gateway's own counts by its admin API. Time is not waited for: between two looks come 100 requests.
 * Half of the traffic at once, the other rules as a service has them by itself.
 */
export const title =
  'the canary on the real gateway: 200 roll-outs that are as good as before, and 5% of failures that become 7%';
export const target = 1;

const [clean, worse] = [200, Number(process.env.NX_ML_BENCH_WORSE ?? 100)];
const [limits, perLook, clients] = [{ alarms: 0.05, requests: 4000 }, 100, 8];
const canary = { ...defaults, steps: [0.5], most: 20_000 };

/** The worse of both figures, each as a part of its limit. */
export async function measure(say) {
  const rollOuts = await new RollOuts().open();
  const users = new Users(rollOuts.url);
  const pause = () => users.ask(perLook);
  try {
    const [first, second] = [rollOuts.release('first', 0.05), rollOuts.release('second', 0.05)];
    await rollOuts.deploy(first, { canary, pause });
    const good = await repeated(clean, (run) =>
      rollOuts.deploy(run % 2 === 0 ? second : first, { canary, pause }),
    );
    const alarms = good.of('rolled-back').length;
    const bound = clopperPearsonUpper({ successes: alarms, n: clean, alpha: 0.05 });
    say(`as good (5% of both fail): ${good.told}`);
    say(
      `  false alarms ${alarms} of ${clean}: ${percent(alarms / clean)}, at most ${percent(limits.alarms)} asked (95% sure: at most ${percent(bound)})`,
    );
    // Nothing worse may be served from one run to the next, so that it is always the same that it is compared with.
    const third = rollOuts.release('third', 0.07);
    const bad = await repeated(worse, async () => {
      await rollOuts.deploy(first, { canary, pause, strategy: 'recreate' });
      return rollOuts.deploy(third, { canary, pause });
    });
    say(`5% becomes 7%: ${bad.told}`);
    const caught = median(bad.of('rolled-back').map(({ evidence }) => evidence.requests));
    say(`${users.asked} requests; looked at each ${perLook} of them`);
    return Math.max(alarms / clean / limits.alarms, caught / limits.requests);
  } finally {
    users.close();
    await rollOuts.close();
  }
}

/** @returns how they ended, and in words */
async function repeated(times, run) {
  const results = [];
  for (let at = 0; at < times; at += 1) results.push(await run(at));
  const of = (outcome) => results.filter((result) => result.outcome === outcome);
  const told = ['promoted', 'rolled-back', 'inconclusive', 'failed', 'abandoned']
    .filter((outcome) => of(outcome).length > 0)
    .map((outcome) => {
      const requests = median(of(outcome).map(({ evidence }) => evidence?.requests ?? 0));
      return `${outcome} ${percent(of(outcome).length / times)}, median ${requests} requests`;
    });
  return { of, told: told.join('; ') };
}

/** Ask with uniform numbers of chance, over connections that are kept. */
class Users {
  asked = 0;
  #agent = new Agent({ keepAlive: true, maxSockets: clients });
  #rng = seededRng(7);

  constructor(url) {
    this.url = url;
  }

  async ask(count) {
    let left = count;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        await this.#send();
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    this.asked += count;
  }

  #send() {
    const body = `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[${this.#rng.uniform()}]}]}`;
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    return new Promise((resolve, reject) => {
      request(this.url, { method: 'POST', agent: this.#agent, headers })
        .on('error', reject)
        .on('response', (answer) => {
          if (![200, 500].includes(answer.statusCode)) reject(new Error(`answered ${answer.statusCode}`));
          answer.resume().on('end', resolve).on('error', reject);
        })
        .end(body);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

function percent(value) {
  return `${(value * 100).toFixed(1)}%`;
}
