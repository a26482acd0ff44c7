import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { MlError } from '@nx-ml/core/kernel';

import type { Run, ThreadAnswer, ThreadStart, ThreadTask } from './messages.js';

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

/** One thread with one session, ready. */
export class OnnxThread {
  onAnswer: (answer: ThreadAnswer) => void = () => undefined;
  /** It is gone, for whatever reason; told once. */
  onEnd: (reason: string) => void = () => undefined;

  private constructor(
    private readonly worker: Worker,
    readonly model: ThreadStart & { readonly ready: true },
  ) {
    let reason = 'its thread ended';
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
    const worker = new Worker(program.file, { workerData: task, execArgv: [...program.nodeArgs] });
    try {
      const started = await firstMessage(worker, within, signal);
      if (started.ready) return new OnnxThread(worker, started);
      throw new Error(started.failed);
    } catch (cause) {
      await worker.terminate();
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
    this.worker.postMessage(runs, buffers);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
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
