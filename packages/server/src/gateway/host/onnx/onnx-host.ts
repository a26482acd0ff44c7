import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf } from '@nx-ml/core/kernel';

import { InferenceFailure } from '../../protocol/index.js';
import type { InferenceRequest, ModelMetadata, Tensor } from '../../protocol/index.js';
import type { HostOptions, ModelHost } from '../model-host.js';
import { Restarts } from '../restarts.js';
import { checkModel } from './check-model.js';
import { Dispatcher } from './dispatcher.js';
import { findRuntime } from './find-runtime.js';
import type { Run } from './messages.js';
import { OnnxThread, threadProgram } from './onnx-thread.js';
import type { StartOptions, ThreadProgram } from './onnx-thread.js';
import { QuickSession } from './quick-session.js';
import { threadsOf } from './threads-of.js';

/** Loads an ONNX model into a thread of its own. @throws MlError ERR_ML_MODEL_LOAD, ERR_ML_MODEL_RUNTIME */
export async function openOnnxHost(
  options: HostOptions,
  program: ThreadProgram = threadProgram,
): Promise<ModelHost> {
  const { serving, folder, limits, signal } = options;
  const { runtime, name: model, signature } = serving;
  if (runtime.kind !== 'onnx') throw new Error(`Model "${model}" is no ONNX model.`);
  const task = {
    file: join(folder, runtime.file),
    runtime: findRuntime(),
    ...threadsOf(availableParallelism()),
    ...signature,
  };
  const start: StartOptions = { task, program, within: limits.start, signal, model };
  const thread = await OnnxThread.start(start);
  try {
    checkModel(serving, thread.model);
    const quick = await QuickSession.open(task, options.example);
    return new OnnxHost(options, { ...start, signal: undefined }, { thread, quick });
  } catch (error) {
    await thread.end();
    throw error;
  }
}

interface Sessions {
  readonly thread: OnnxThread;
  readonly quick: QuickSession | undefined;
}

class OnnxHost implements ModelHost {
  readonly metadata: ModelMetadata;
  readonly #dispatcher: Dispatcher;
  readonly #restarts = new Restarts();
  readonly #sweep: NodeJS.Timeout;
  readonly #closing = new AbortController();
  readonly #quick: QuickSession | undefined;
  #thread: OnnxThread | undefined;
  /** Messages that the thread has; it answers them in their order. */
  #inThread: number[] = [];
  #since = 0;
  #closed: Promise<void> | undefined;

  constructor(
    private readonly options: HostOptions,
    private readonly start: StartOptions,
    { thread, quick }: Sessions,
  ) {
    this.#quick = quick;
    const { serving, limits } = options;
    const { name, signature, runtime } = serving;
    const batch = runtime.kind === 'onnx' ? runtime.batch : undefined;
    this.metadata = { name, platform: 'onnx_onnxv1', ...signature };
    this.#dispatcher = new Dispatcher({
      signature,
      batch,
      limits,
      now: () => performance.now(),
      isApart: quick === undefined,
      send: (message, runs) => {
        this.#send(message, runs);
      },
    });
    this.#use(thread);
    this.#sweep = setInterval(
      () => {
        this.#endOverdue();
      },
      Math.max(10, Math.min(limits.timeout / 4, 250)),
    );
    this.#sweep.unref();
  }

  get isReady(): boolean {
    return this.#thread !== undefined && this.#closed === undefined;
  }

  infer(request: InferenceRequest): Promise<readonly Tensor[]> {
    if (!this.isReady) return Promise.reject(new InferenceFailure('unavailable', 'the model is not ready'));
    return this.#dispatcher.ask(request);
  }

  close(grace: number): Promise<void> {
    return (this.#closed ??= this.#close(grace));
  }

  async #close(grace: number): Promise<void> {
    await Promise.race([this.#dispatcher.idle(), sleep(grace, undefined, { signal: this.#closing.signal })]);
    clearInterval(this.#sweep);
    this.#closing.abort();
    const gone = new InferenceFailure('unavailable', 'the model is not served any more');
    this.#dispatcher.lose(gone);
    this.#dispatcher.refuseWaiting(gone);
    await this.#thread?.end();
  }

  #use(thread: OnnxThread): void {
    this.#thread = thread;
    this.#since = performance.now();
    this.#inThread = [];
    thread.onAnswer = (answer) => {
      this.#dispatcher.answer(this.#inThread.shift() ?? 0, answer);
    };
    thread.onEnd = (reason) => {
      if (this.#thread === thread) this.#lost(reason);
    };
    this.#dispatcher.resume();
  }

  #send(message: number, runs: readonly Run[]): void {
    if (this.#quick?.fits(runs) === true) {
      void this.#quick.answer(runs).then((answer) => {
        this.#dispatcher.answer(message, answer);
      });
      return;
    }
    this.#inThread.push(message);
    this.#thread?.send(runs);
  }

  #endOverdue(): void {
    if (this.#dispatcher.endOverdue()) void this.#thread?.end();
  }

  #lost(reason: string): void {
    this.#thread = undefined;
    if (this.#closing.signal.aborted) return;
    const failure = new InferenceFailure('unavailable', `the model cannot answer: ${reason}`);
    this.#dispatcher.lose(failure);
    this.#dispatcher.refuseWaiting(failure);
    void this.#startAgain(reason);
  }

  async #startAgain(reason: string): Promise<void> {
    const pause = this.#restarts.next(performance.now() - this.#since);
    this.options.log(`${reason}; it is started again in ${String(pause)} ms`);
    try {
      await sleep(pause, undefined, { signal: this.#closing.signal });
      const thread = await OnnxThread.start({ ...this.start, signal: this.#closing.signal });
      this.#use(thread);
    } catch (error) {
      if (!this.#closing.signal.aborted) await this.#startAgain(messageOf(error));
    }
  }
}
