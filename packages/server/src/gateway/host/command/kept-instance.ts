import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf } from '@nx-ml/core/kernel';

import { Restarts } from '../restarts.js';
import { endGrace, Instance } from './instance.js';
import type { InstanceOptions } from './instance.js';
import { Readiness } from './readiness.js';

/** Milliseconds between two looks whether the process still answers, and how many it may miss while it answers nothing else. */
const [healthPause, mostMissed] = [2000, 3];

/** The user's process as long as it is served: started again when it ends, and ended when it answers nothing any more. */
export class KeptInstance {
  readonly #restarts = new Restarts();
  readonly #closing = new AbortController();
  readonly #ready = new Readiness<Instance>();
  #restarting: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: InstanceOptions,
    instance: Instance,
    /** How many requests it has answered until now. */
    private readonly answers: () => number,
  ) {
    this.#use(instance);
  }

  /** Undefined while there is none. */
  get now(): Instance | undefined {
    return this.#ready.now;
  }

  /** @throws Error why the last try to start it failed, at once */
  next(): Promise<Instance> {
    return this.#ready.next();
  }

  /** Ends it for good; resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.#closing.abort();
    const instance = this.#ready.now;
    this.#ready.fail(new Error('it is not served any more'));
    await instance?.end(endGrace);
    await this.#restarting;
  }

  #use(instance: Instance): void {
    const since = performance.now();
    const over = new AbortController();
    this.#ready.set(instance);
    void this.#watch(instance, AbortSignal.any([over.signal, this.#closing.signal]));
    void instance.ended.then((why) => {
      over.abort();
      if (this.#closing.signal.aborted) return;
      this.#ready.clear();
      this.#restarting = this.#startAgain(instance, why, since);
    });
  }

  /** A process that answers nothing for a while is ended, and started again for that. */
  async #watch(instance: Instance, signal: AbortSignal): Promise<void> {
    try {
      for (let missed = 0; missed < mostMissed;) {
        const answers = this.answers();
        await sleep(healthPause, undefined, { signal });
        missed = (await instance.isHealthy()) || this.answers() > answers ? 0 : missed + 1;
      }
      this.options.log('it does not answer any more, and is ended');
      await instance.end(endGrace);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #startAgain(last: Instance, why: string, since: number): Promise<void> {
    await last.end(endGrace);
    for (let [reason, ran] = [why, performance.now() - since]; !this.#closing.signal.aborted; ran = 0) {
      const pause = this.#restarts.next(ran);
      this.options.log(`${reason}; it is started again in ${String(pause)} ms`);
      try {
        await sleep(pause, undefined, { signal: this.#closing.signal });
        this.#use(await Instance.start(this.options, this.#closing.signal));
        return;
      } catch (error) {
        reason = messageOf(error);
        // Who waits for the first try waits no longer, and whoever comes is told at once.
        this.#ready.fail(new Error(reason));
      }
    }
  }
}
