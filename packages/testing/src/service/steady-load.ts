import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { parseJson } from '@nx-ml/core/kernel';

/** What a user got. */
export interface Met {
  /** Monotonic milliseconds: when it was whole. */
  readonly at: number;
  /** `right`: 200 and the sum. `wrong`: 200 and another. `failed`: an error that was told. `lost`: no answer at all. */
  readonly what: 'right' | 'wrong' | 'failed' | 'lost';
  /** 0 where nothing came. */
  readonly status: number;
  readonly release: string | null;
}

export interface LoadOptions {
  /** Of the gateway, for everybody. */
  readonly url: () => string;
  readonly clients: number;
  /** Milliseconds that each of them waits between two requests. */
  readonly pause: number;
}

/** Users of the model `m` that ask for sums until they are stopped, over connections that are kept, whatever becomes of the gateway. */
export class SteadyLoad {
  #met: Met[] = [];
  readonly #agent: Agent;
  readonly #clients: Promise<void>[];
  #isOver = false;
  #asked = 0;

  constructor(private readonly options: LoadOptions) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.clients });
    this.#clients = Array.from({ length: options.clients }, () => this.#client());
  }

  /** What was met since this was asked last. */
  take(): readonly Met[] {
    const met = this.#met;
    this.#met = [];
    return met;
  }

  /** Until so many more answers came. */
  async more(count: number): Promise<void> {
    const enough = this.#asked + count;
    while (this.#asked < enough) await sleep(5);
  }

  /** What the protocol calls the version that answers now. */
  async versionNow(): Promise<string> {
    const { text } = await this.#send([0, 0]);
    return answerIn(text)?.model_version ?? '';
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  async #client(): Promise<void> {
    while (!this.#isOver) {
      this.#met.push(await this.#ask());
      this.#asked += 1;
      await sleep(this.options.pause);
    }
  }

  async #ask(): Promise<Met> {
    // Never those of the example.
    const row = [2 + Math.floor(Math.random() * 1000), Math.floor(Math.random() * 1000)] as const;
    try {
      const { status, release, text } = await this.#send(row);
      const what = status !== 200 ? 'failed' : sumIn(text) === row[0] + row[1] ? 'right' : 'wrong';
      return { at: performance.now(), what, status, release };
    } catch {
      return { at: performance.now(), what: 'lost', status: 0, release: null };
    }
  }

  #send(row: readonly number[]): Promise<{ status: number; release: string | null; text: string }> {
    const body = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: row }] });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const url = `${this.options.url()}/v2/models/m/infer`;
      const sent = request(url, { method: 'POST', agent: this.#agent, headers, timeout: 20_000 });
      sent
        .on('error', reject)
        .on('timeout', () => sent.destroy(new Error('no answer')))
        .on('response', (answer) => {
          let text = '';
          const release = answer.headers['x-ml-release'];
          answer
            .setEncoding('utf8')
            .on('data', (part: string) => (text += part))
            .on('error', reject)
            .on('end', () => {
              resolve({
                status: answer.statusCode ?? 0,
                release: typeof release === 'string' ? release : null,
                text,
              });
            });
        })
        .end(body);
    });
  }
}

interface Answer {
  readonly model_version: string;
  readonly outputs: readonly { readonly data: readonly number[] }[];
}

function answerIn(text: string): Partial<Answer> | undefined {
  return parseJson(text) as Partial<Answer> | undefined;
}

function sumIn(text: string): number | undefined {
  return answerIn(text)?.outputs?.[0]?.data[0];
}
