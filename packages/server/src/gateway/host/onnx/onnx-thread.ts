import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { MlError } from '@nx-ml/core/kernel';

import type { Run, ThreadAnswer, ThreadData, ThreadMessage, ThreadStart, ThreadTask } from './messages.js';

/** How the thread's file is run: a test runs it from source. */
export interface ThreadProgram {
  readonly file: string;
  /** Options of Node. */
  readonly nodeArgs: readonly string[];
}

export const threadProgram: ThreadProgram = {
  file: join(__dirname, `thread-main${extname(__filename)}`),
  nodeArgs: [],
};

export interface StartOptions {
  readonly task: ThreadTask;
  readonly program: ThreadProgram;
  /** Milliseconds. */
  readonly within: number;
  readonly signal: AbortSignal | undefined;
  /** For messages. */
  readonly model: string;
}

/** Milliseconds for which a run that is wanted no longer is waited for. Behind that it is let alone: the thread ends when the run does. */
const patience = 5000;

/**
 * One thread with one session, ready. It is never terminated, and keeps the process alive while it runs: what the runtime's bindings do when
 * their thread is ended amid a run takes the whole process with it, and nothing can catch it.
 */
export class OnnxThread {
  onAnswer: (answer: ThreadAnswer) => void = () => undefined;
  /** It is gone, for whatever reason; told once. */
  onEnd: (reason: string) => void = () => undefined;

  readonly #ended: Promise<void>;

  private constructor(
    private readonly worker: Worker,
    private readonly ending: SharedArrayBuffer,
    readonly model: ThreadStart & { readonly ready: true },
  ) {
    let reason = 'its thread ended';
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve();
      });
    });
    worker.on('message', (answer: ThreadAnswer) => {
      this.onAnswer(answer);
    });
    worker.on('error', (error) => {
      reason = `its thread failed: ${error.message}`;
    });
    worker.once('exit', () => {
      this.onEnd(reason);
    });
  }

  /** @throws MlError ERR_ML_MODEL_LOAD */
  static async start({ task, program, within, signal, model }: StartOptions): Promise<OnnxThread> {
    const ending = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const workerData: ThreadData = { task, ending };
    const worker = new Worker(program.file, { workerData, execArgv: [...program.nodeArgs] });
    try {
      const started = await firstMessage(worker, within, signal);
      if (started.ready) return new OnnxThread(worker, ending, started);
      throw new Error(started.failed);
    } catch (cause) {
      askToEnd(worker, ending);
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new MlError('ERR_ML_MODEL_LOAD', {
        message: `Model "${model}" cannot be loaded from ${task.file}: ${why}`,
        fix: 'Package a model that onnxruntime loads, or raise the time that it may take.',
        cause,
      });
    }
  }

  /** What was joined for it goes over without a copy, and is gone here. */
  send(runs: readonly Run[]): void {
    const joined = runs.flatMap(({ rows, inputs }) =>
      rows.length > 1 ? inputs.map(({ data }) => data) : [],
    );
    const buffers = joined
      .filter((data) => ArrayBuffer.isView(data))
      .map(({ buffer }) => buffer as ArrayBuffer);
    this.worker.postMessage(runs satisfies ThreadMessage, buffers);
  }

  /** Ends it behind the run that it is at. Resolves when it is gone, or when that takes too long. */
  async end(): Promise<void> {
    askToEnd(this.worker, this.ending);
    await Promise.race([this.#ended, sleep(patience, undefined, { ref: false })]);
  }
}

function askToEnd(worker: Worker, ending: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(ending), 0, 1);
  worker.postMessage(null satisfies ThreadMessage);
}

function firstMessage(worker: Worker, within: number, signal: AbortSignal | undefined): Promise<ThreadStart> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      worker.off('message', started).off('error', failed).off('exit', exited);
      // What comes after that is told by the end of the thread.
      worker.on('error', () => undefined);
      end();
    };
    const failed = (error: Error): void => {
      settle(() => {
        reject(error);
      });
    };
    const started = (message: ThreadStart): void => {
      settle(() => {
        resolve(message);
      });
    };
    const exited = (): void => {
      failed(new Error('its thread ended'));
    };
    const aborted = (): void => {
      failed(new Error('it was given up'));
    };
    const timer = setTimeout(() => {
      failed(new Error(`it was not ready within ${String(within)} ms`));
    }, within);
    worker.on('message', started).on('error', failed).on('exit', exited);
    signal?.addEventListener('abort', aborted);
    if (signal?.aborted === true) aborted();
  });
}
