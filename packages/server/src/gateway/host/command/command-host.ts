import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf, MlError } from '@nx-ml/core/kernel';

import { InferenceFailure, readAnswer } from '../../protocol/index.js';
import type { InferenceRequest, ModelMetadata, Tensor } from '../../protocol/index.js';
import type { HostOptions, ModelHost } from '../model-host.js';
import type { HttpAnswer } from './answer-parser.js';
import { NoAnswer } from './connection.js';
import { Instance } from './instance.js';
import type { InstanceOptions } from './instance.js';
import { KeptInstance } from './kept-instance.js';

/** Milliseconds after which a process that broke a connection, or took none, and has not ended, is tried again. */
const refusedPause = 20;

/** Somebody's request in the hands of the process. */
interface Asked {
  /** Monotonic milliseconds from which on nobody waits. */
  readonly until: number;
  /** Ends the waiting for whatever it waits for. */
  giveUp: () => void;
  isOverdue: boolean;
}

/** Starts the user's own process, and resolves when it is ready. @param env its whole environment. @throws MlError ERR_ML_MODEL_LOAD */
export async function openCommandHost(
  options: HostOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ModelHost> {
  const { runtime, name } = options.serving;
  if (runtime.kind !== 'command') throw new Error(`Model "${name}" has no command.`);
  const { command, folder: codeFolder } = runtime;
  const start: InstanceOptions = { ...options, command, codeFolder, env };
  try {
    const instance = await Instance.start(start, options.signal ?? new AbortController().signal);
    return new CommandHost(start, instance);
  } catch (cause) {
    throw new MlError('ERR_ML_MODEL_LOAD', {
      message: `Model "${name}": the command "${command.slice(0, 200)}" cannot serve it: ${messageOf(cause)}`,
      fix: 'Look at what it wrote, in the log; try it by hand with PORT and ML_SERVE set.',
      cause,
    });
  }
}

class CommandHost implements ModelHost {
  readonly metadata: ModelMetadata;
  readonly #head: string;
  readonly #asked = new Set<Asked>();
  readonly #sweep: NodeJS.Timeout;
  readonly #kept: KeptInstance;
  #answers = 0;
  #onIdle: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    private readonly options: InstanceOptions,
    instance: Instance,
  ) {
    const { serving, limits } = options;
    const { name, signature } = serving;
    this.metadata = { name, platform: 'command', ...signature };
    this.#head = `POST /v2/models/${encodeURIComponent(name)}/infer HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: `;
    this.#sweep = setInterval(
      () => {
        this.#endOverdue();
      },
      Math.max(10, Math.min(limits.timeout / 4, 250)),
    );
    this.#sweep.unref();
    this.#kept = new KeptInstance(options, instance, () => this.#answers);
  }

  get isReady(): boolean {
    return this.#kept.now !== undefined && this.#closed === undefined;
  }

  async infer(request: InferenceRequest): Promise<readonly Tensor[]> {
    const { limits, serving } = this.options;
    if (this.#closed !== undefined)
      throw new InferenceFailure('unavailable', 'the model is not served any more');
    if (this.#asked.size >= limits.queue)
      throw new InferenceFailure('busy', `${String(limits.queue)} requests wait already`);
    const asked: Asked = {
      until: performance.now() + limits.timeout,
      giveUp: () => undefined,
      isOverdue: false,
    };
    this.#asked.add(asked);
    try {
      const answer = await this.#ask(request.body, asked);
      this.#answers += 1;
      return this.#read(answer, request, serving.signature);
    } catch (error) {
      throw this.#failureOf(error, asked);
    } finally {
      this.#asked.delete(asked);
      if (this.#asked.size === 0) this.#onIdle?.();
    }
  }

  close(grace: number): Promise<void> {
    return (this.#closed ??= this.#close(grace));
  }

  /**
   * A connection that broke before any answer: the request is asked once more. A model is a function, so that this changes nothing. Where
   * there was no connection it was not asked at all, and waits for the process to come again.
   */
  async #ask(body: Uint8Array, asked: Asked): Promise<HttpAnswer> {
    const head = `${this.#head}${String(body.length)}\r\n\r\n`;
    for (let breaks = 0; ;) {
      const instance = this.#kept.now ?? (await this.#nextReady(asked));
      try {
        return await instance.connections.ask({ head, body, isFresh: breaks > 0 }, (connection) => {
          asked.giveUp = () => {
            connection.destroy();
          };
          return !asked.isOverdue;
        });
      } catch (error) {
        if (!(error instanceof NoAnswer) || asked.isOverdue) throw error;
        if (error.wasAsked) breaks += 1;
        if (breaks > 1) throw error;
        // A process that is being killed still takes connections for a moment.
        await Promise.race([instance.ended, sleep(refusedPause)]);
      }
    }
  }

  #nextReady(asked: Asked): Promise<Instance> {
    return new Promise((resolve, reject) => {
      asked.giveUp = () => {
        reject(new Error('it was not ready in time'));
      };
      this.#kept.next().then(resolve, reject);
    });
  }

  #read(
    { status, body }: HttpAnswer,
    { outputs }: InferenceRequest,
    signature: HostOptions['serving']['signature'],
  ): Tensor[] {
    if (status === 200) return readAnswer(body, signature, outputs);
    const why = `${String(status)} ${errorIn(body)}`;
    if (status === 400 || status === 422)
      throw new InferenceFailure('declined', `the model declined it: ${why}`);
    if (status === 429) throw new InferenceFailure('busy', `the model is busy: ${why}`);
    throw new InferenceFailure('model', `the model failed: ${why}`);
  }

  #failureOf(error: unknown, { isOverdue }: Asked): unknown {
    if (isOverdue)
      return new InferenceFailure(
        'timeout',
        `no answer within ${String(this.options.limits.timeout)} ms`,
        error,
      );
    if (error instanceof InferenceFailure || !(error instanceof Error)) return error;
    return new InferenceFailure('unavailable', `the model cannot answer: ${error.message}`, error);
  }

  #endOverdue(): void {
    const now = performance.now();
    for (const asked of this.#asked) {
      // In the order in which they came, and so in that of their ends.
      if (asked.until > now) return;
      asked.isOverdue = true;
      asked.giveUp();
    }
  }

  async #close(grace: number): Promise<void> {
    const over = new AbortController();
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      if (this.#asked.size === 0) resolve();
    });
    await Promise.race([idle, sleep(grace, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
    clearInterval(this.#sweep);
    await this.#kept.close();
  }
}

/** What the protocol calls `error`, or what there is. */
function errorIn(body: string): string {
  const [, error] = /"(?:error|detail)"\s*:\s*"((?:[^"\\]|\\.){0,500})/.exec(body) ?? [];
  return (error ?? body).slice(0, 500);
}
