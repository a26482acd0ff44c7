import { createHash } from 'node:crypto';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { FromThread, ToThread } from './messages.js';
import { HashHere } from './running-hash.js';
import type { RunningHash } from './running-hash.js';

/** How the thread is started. */
interface ThreadProgram {
  readonly file: string;
  /** Options of Node. */
  readonly nodeArgs: readonly string[];
}

const ownProgram: ThreadProgram = {
  file: join(__dirname, `hash-thread-main${extname(__filename)}`),
  nodeArgs: [],
};

/** Of each block, bytes; and how many a lane has: one is being written, one hashed, one waits, one is being filled. */
const blockBytes = 1024 * 1024;
const blockCount = 4;
/** Lanes that are kept for the next uploads: memory that threads share is given back late, and piles up. */
const keptLanes = 8;
/** It makes little but messages. MB. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

interface Waiting {
  readonly resolve: (answer: FromThread) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Hashes what is uploaded, of all uploads, beside the thread that takes it from the sockets: that has enough to do with it. Until the
 * thread runs, and where it cannot, whoever asks hashes by itself.
 */
export class HashThread {
  #running: Running | undefined;
  #isReady = false;
  /** It ended before it ever ran: another would, too. */
  #isHopeless = false;

  constructor(private readonly program = ownProgram) {}

  /** A hash of a body that is large enough for it; its `close` must be called. */
  open(): RunningHash {
    if (!this.#isHopeless) this.#running ??= this.#start();
    const running = this.#isReady ? this.#running : undefined;
    return running?.open() ?? new HashHere(createHash('sha256'));
  }

  /** Ends the thread, and what it is at. The next one who asks starts it again. */
  async end(): Promise<void> {
    await this.#running?.end();
  }

  #start(): Running {
    return new Running(this.program, {
      onReady: () => {
        this.#isReady = true;
      },
      onLost: () => {
        this.#running = undefined;
        this.#isHopeless ||= !this.#isReady;
        this.#isReady = false;
      },
    });
  }
}

interface Events {
  readonly onReady: () => void;
  readonly onLost: () => void;
}

/** The thread, from its start to its end. */
class Running {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  readonly #idle: Lane[] = [];
  #lanes = 0;
  #isLost = false;

  constructor({ file, nodeArgs }: ThreadProgram, { onReady, onLost }: Events) {
    const worker = new Worker(file, { execArgv: [...nodeArgs], resourceLimits });
    const lose = (error: Error): void => {
      // An error is followed by an exit, and by then there may be another.
      if (this.#isLost) return;
      this.#isLost = true;
      onLost();
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    worker.once('message', () => {
      worker.on('message', (answer: FromThread) => this.#waiting.shift()?.resolve(answer));
      onReady();
    });
    worker.once('error', lose);
    worker.once('exit', () => {
      lose(new Error('The thread that hashes ended'));
    });
    // It keeps nobody from ending.
    worker.unref();
    this.#worker = worker;
  }

  open(): ThreadHash {
    const lane = this.#idle.pop() ?? this.#openLane();
    this.tell({ kind: 'start', lane: lane.id });
    return new ThreadHash(this, lane);
  }

  tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  ask(message: ToThread): Promise<FromThread> {
    if (this.#isLost) return Promise.reject(new Error('The thread that hashes is gone'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.tell(message);
    });
  }

  close(lane: Lane): void {
    if (this.#idle.length < keptLanes) this.#idle.push(lane);
    else this.tell({ kind: 'close', lane: lane.id });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #openLane(): Lane {
    const memory = new SharedArrayBuffer(blockBytes * blockCount);
    const lane = { id: (this.#lanes += 1), memory };
    this.tell({ kind: 'open', lane: lane.id, memory });
    return lane;
  }
}

interface Lane {
  readonly id: number;
  readonly memory: SharedArrayBuffer;
}

class ThreadHash implements RunningHash {
  readonly blocks: readonly Buffer[];
  #isOpen = true;

  constructor(
    private readonly thread: Running,
    private readonly lane: Lane,
  ) {
    this.blocks = Array.from({ length: blockCount }, (_, index) =>
      Buffer.from(lane.memory, index * blockBytes, blockBytes),
    );
  }

  async update({ byteOffset, length }: Buffer): Promise<void> {
    await this.thread.ask({ kind: 'update', lane: this.lane.id, start: byteOffset, length });
  }

  async digest(): Promise<string> {
    return (await this.thread.ask({ kind: 'digest', lane: this.lane.id })) ?? '';
  }

  /** What of it the thread has not begun with is of no use to anybody: it is over before the next one on this lane starts. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.thread.close(this.lane);
  }
}
