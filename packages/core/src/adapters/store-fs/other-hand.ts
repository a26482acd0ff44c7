import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { resultOf } from './hand-messages.js';
import type { Answer, HandPlace, Request } from './hand-messages.js';

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** A hand on a thread of its own. Answers come in the order of the requests. */
export class OtherHand {
  /** False where this process cannot start a thread for it. */
  readonly ready: Promise<boolean>;
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];

  constructor(place: HandPlace) {
    this.worker = new Worker(join(__dirname, `hand-worker${extname(__filename)}`), {
      workerData: place,
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.ready = new Promise((resolve) => {
      this.worker.once('message', () => {
        this.worker.on('message', (answer: Answer) => this.waiting.shift()?.resolve(answer));
        resolve(true);
      });
      this.worker.once('error', (error) => {
        resolve(false);
        this.fail(error);
      });
      this.worker.once('exit', () => {
        resolve(false);
        this.fail(new Error('A thread of the store ended early'));
      });
    });
  }

  /** @throws what the hand threw */
  async perform(request: Request): Promise<unknown> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(request);
    });
    return resultOf(answer);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
