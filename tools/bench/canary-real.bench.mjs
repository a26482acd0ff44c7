import { createRequire } from 'node:module';
import { connect } from 'node:net';

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

const [clean, worse] = [
  Number(process.env.NX_ML_BENCH_CLEAN ?? 200),
  Number(process.env.NX_ML_BENCH_WORSE ?? 100),
];
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
  #connections;
  #rng = seededRng(7);

  constructor(url) {
    this.#connections = Array.from({ length: clients }, () => new Connection(new URL(url)));
  }

  async ask(count) {
    let left = count;
    const client = async (connection) => {
      while (left > 0) {
        left -= 1;
        await connection.ask(this.#rng.uniform());
      }
    };
    await Promise.all(this.#connections.map(client));
    this.asked += count;
  }

  close() {
    for (const connection of this.#connections) connection.close();
  }
}

/** One user: just enough of HTTP, since the client of node:http takes more time than the gateway. */
class Connection {
  #socket;
  #head;
  #heard = '';
  #answered;

  constructor({ host, hostname, port, pathname }) {
    this.#head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: `;
    this.#socket = connect(Number(port), hostname);
    this.#socket.setNoDelay().setEncoding('latin1');
    this.#socket.on('data', (text) => this.#hear(text));
    for (const end of ['error', 'close'])
      this.#socket.on(end, () => this.#answered?.reject(new Error(`lost: ${end}`)));
  }

  ask(x) {
    const body = `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[${x}]}]}`;
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject };
      this.#socket.write(`${this.#head}${body.length}\r\n\r\n${body}`);
    });
  }

  #hear(text) {
    this.#heard += text;
    const [, status, length] =
      /^HTTP\/1\.1 (\d+)[^]*?\r\ncontent-length: (\d+)\r\n[^]*?\r\n\r\n/i.exec(this.#heard) ?? [];
    if (length === undefined || this.#heard.length < this.#heard.indexOf('\r\n\r\n') + 4 + Number(length))
      return;
    this.#heard = '';
    if (status === '200' || status === '500') this.#answered.resolve();
    else this.#answered.reject(new Error(`answered ${status}`));
  }

  close() {
    this.#socket.destroy();
  }
}

function percent(value) {
  return `${(value * 100).toFixed(1)}%`;
}
