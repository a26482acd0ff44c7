import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE = 2000;

/** All processes that a command started, unless they left its group on purpose. */
export class ProcessGroup {
  constructor(private readonly id: number) {}

  /** Asks what is left to end, and ends it. Those who hold the pipes open are among them. */
  async end(): Promise<void> {
    if (!this.#signal('SIGTERM')) return;
    for (let waited = 0; waited < GRACE; waited += 20) {
      await sleep(20);
      if (!this.#signal(0)) return;
    }
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.id, signal);
    } catch {
      return false;
    }
  }
}
