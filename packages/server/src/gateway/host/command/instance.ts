import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { HostOptions } from '../model-host.js';
import { Connections } from './connections.js';
import { writeServeDocument } from './serve-document.js';
import { freePort, UserProcess } from './user-process.js';

/** Milliseconds between two looks whether it is ready, at first and at most. */
const [firstLook, lastLook] = [20, 500];
/** Milliseconds for an answer to such a look. */
const lookTimeout = 2000;
/** Connections at once: more than a process of one thread has use for, and less than its backlog. */
const mostConnections = 64;
/** Milliseconds between SIGTERM and SIGKILL. */
export const endGrace = 5000;

/** Sleeps, gives up early. */
const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  await sleep(milliseconds, undefined, { signal });
};

export interface InstanceOptions extends Pick<HostOptions, 'folder' | 'serving' | 'limits' | 'log'> {
  readonly command: string;
  /** Of the bundle: where the command is started. */
  readonly codeFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One start of the process: its port, its connections. */
export class Instance {
  readonly ended: Promise<string>;
  readonly connections: Connections;

  private constructor(
    private readonly process: UserProcess,
    readonly port: number,
    private readonly removeDocument: () => Promise<void>,
  ) {
    this.ended = process.ended;
    this.connections = new Connections(port, mostConnections);
  }

  /** Resolves when it is ready. @throws Error with why it is not; nothing is left of it then */
  static async start(
    { command, codeFolder, env, folder, serving, limits, log }: InstanceOptions,
    signal: AbortSignal,
  ): Promise<Instance> {
    const port = await freePort();
    const { name } = serving;
    const document = await writeServeDocument({ name, model: join(folder, 'model'), port });
    const process = new UserProcess({
      command,
      folder: join(folder, codeFolder),
      env: { ...env, ML_SERVE: document.path },
      port,
      log,
    });
    const instance = new Instance(process, port, () => document.remove());
    try {
      await instance.#untilReady(limits.start, signal);
      return instance;
    } catch (error) {
      await instance.end(endGrace);
      throw error;
    }
  }

  async isHealthy(): Promise<boolean> {
    const head = `GET /v2/health/ready HTTP/1.1\r\nhost: 127.0.0.1:${String(this.port)}\r\n\r\n`;
    let giveUp = (): void => undefined;
    const timer = setTimeout(() => {
      giveUp();
    }, lookTimeout);
    try {
      const ask = { head, body: Buffer.alloc(0), isFresh: false };
      const answer = await this.connections.ask(ask, (connection) => {
        giveUp = () => {
          connection.destroy();
        };
        return true;
      });
      return answer.status === 200;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param grace milliseconds between SIGTERM and SIGKILL */
  async end(grace: number): Promise<void> {
    this.connections.close();
    await this.process.end(grace);
    await this.removeDocument();
  }

  async #untilReady(within: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    const ended = this.ended.then((why) => {
      throw new Error(why);
    });
    const late = pause(within, stop).then(() => {
      throw new Error(`it was not ready within ${String(within)} ms`);
    });
    try {
      await Promise.race([this.#look(stop), ended, late]);
    } finally {
      over.abort();
      for (const each of [ended, late]) each.catch(() => undefined);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    for (let next = firstLook; !(await this.isHealthy()); next = Math.min(2 * next, lastLook))
      await pause(next, signal);
  }
}
