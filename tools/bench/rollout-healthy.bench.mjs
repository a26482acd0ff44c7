import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { defaults, RollOuts } from './peers/rollout.mjs';
import { Wrk } from './peers/wrk.mjs';

/*
 * One canary roll-out of a release that is as good as the one before, by the shares that a service has by itself (5%, 25%, 50%), under
 * wrk with 16 connections. Nothing fails, so that it would be over after some 37,000 requests; it is held at each share for 10,000 answers
 * of the candidate, which is more than 200,000 requests. Lost is what was not answered with 200.
 */
export const title = 'a healthy canary roll-out under load: not one of at least 200,000 requests lost';
export const target = 1;

const asked = 200_000;
const canary = { ...defaults, least: 10_000 };

export async function measure(say) {
  const rollOuts = await new RollOuts().open();
  try {
    const pause = (milliseconds) => sleep(milliseconds);
    await rollOuts.deploy(rollOuts.release('first', 0), { canary, pause });
    const body = JSON.stringify({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [0.25] }],
    });
    const wrk = new Wrk(join(rollOuts.folder, 'wrk.lua'), body);
    const load = new Load(wrk, rollOuts.url);
    const began = performance.now();
    const result = await rollOuts.deploy(rollOuts.release('second', 0), { canary, pause });
    const took = (performance.now() - began) / 1000;
    const sent = await load.stop();
    const { evidence, outcome, looks } = result;
    say(
      `${outcome} after ${evidence.requests} requests and ${looks} looks in ${took.toFixed(0)} s; ${sent} requests sent around it, 0 lost`,
    );
    return outcome === 'promoted' ? asked / evidence.requests : Infinity;
  } finally {
    await rollOuts.close();
  }
}

/** Again and again for some seconds, until it is stopped; what was not answered with 200 is thrown. */
class Load {
  #isOver = false;
  #done;

  constructor(wrk, url) {
    this.#done = this.#run(wrk, url);
    // It is thrown to whoever stops it.
    this.#done.catch(() => undefined);
  }

  async #run(wrk, url) {
    let sent = 0;
    while (!this.#isOver) sent += (await wrk.ask(url, { connections: 16, seconds: 5 })).count;
    return sent;
  }

  stop() {
    this.#isOver = true;
    return this.#done;
  }
}
