import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ServingRuntime } from '@nx-ml/core/bundle';
import { messageOf } from '@nx-ml/core/kernel';

import { InferenceFailure } from '../../protocol/index.js';
import type { InferenceRequest, ModelMetadata, Tensor } from '../../protocol/index.js';
import type { HostOptions, ModelHost } from '../model-host.js';
import { Restarts } from '../restarts.js';
import { checkModel } from './check-model.js';
import { Dispatcher } from './dispatcher.js';
import { findRuntime } from './find-runtime.js';
import { OnnxThread, threadProgram } from './onnx-thread.js';
import type { StartOptions, ThreadProgram } from './onnx-thread.js';

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
    // One core is for whoever talks to the clients.
    threads: Math.max(1, availableParallelism() - 1),
    ...signature,
  };
  const start: StartOptions = { task, program, within: limits.start, signal, model };
  const thread = await OnnxThread.start(start);
  try {
    checkModel(serving, thread.model);
  } catch (error) {
    await thread.end();
    throw error;
  }
  return new OnnxHost(options, runtime, { ...start, signal: undefined }, thread);
}

class OnnxHost implements ModelHost {
  readonly metadata: ModelMetadata;
  readonly #dispatcher: Dispatcher;
  readonly #restarts = new Restarts();
  readonly #sweep: NodeJS.Timeout;
  readonly #closing = new AbortController();
  #thread: OnnxThread | undefined;
  #since = 0;
  #closed: Promise<void> | undefined;

  constructor(
    private readonly options: HostOptions,
    { batch }: ServingRuntime & { readonly kind: 'onnx' },
    private readonly start: StartOptions,
    thread: OnnxThread,
  ) {
    const { serving, limits } = options;
    const { name, signature } = serving;
    this.metadata = { name, platform: 'onnx_onnxv1', ...signature };
    this.#dispatcher = new Dispatcher({
      signature,
      batch,
      limits,
      now: () => performance.now(),
      send: (runs) => {
        this.#thread?.send(runs);
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
    thread.onAnswer = (answer) => {
      this.#dispatcher.answer(answer);
    };
    thread.onEnd = (reason) => {
      if (this.#thread === thread) this.#lost(reason);
    };
    this.#dispatcher.resume();
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
