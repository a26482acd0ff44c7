import type { Serving } from '@nx-ml/core/bundle';

import type { InferenceRequest, ModelMetadata, Tensor } from '../protocol/index.js';

/** The most and the longest that one model may take. */
export interface HostLimits {
  /** Requests that wait or are under way, at most; further ones are `busy`. */
  readonly queue: number;
  /** Milliseconds for one answer, at most. */
  readonly timeout: number;
  /** Milliseconds until it must be ready, at most. */
  readonly start: number;
}

export interface HostOptions {
  /** Absolute: the files of the bundle by their paths, verified and read-only. */
  readonly folder: string;
  readonly serving: Serving;
  readonly limits: HostLimits;
  /** What it must be able to answer: asked in a process of its own first, where a crash of the model would be one of the gateway. */
  readonly example: InferenceRequest;
  /** A line, without its end, of what the model's process wrote, or of what became of it. */
  readonly log: (line: string) => void;
  /** Gives up loading; nothing is left of it then. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One loaded model that answers.
 *
 * - `infer` may be called any number of times at once; the answers of one never mix with another's. A request is right by the signature.
 *   Its answer is by the signature too, has all outputs that were asked for, in the order of the signature, and may hold NaN.
 * - A host that loses what runs the model starts it again by itself, ever more slowly; `isReady` is false meanwhile.
 * - `close` lets what is under way end, refuses everything else as `unavailable`, and resolves when nothing of the model is left: no
 *   thread, no process of its group. It may be called more than once.
 */
export interface ModelHost {
  readonly metadata: ModelMetadata;
  readonly isReady: boolean;
  /** @throws InferenceFailure `busy`, `unavailable`, `timeout`, `model` */
  infer(request: InferenceRequest): Promise<readonly Tensor[]>;
  /** @param grace milliseconds for what is under way; then it is given up */
  close(grace: number): Promise<void>;
}

/**
 * Loads a model; resolves when it can answer.
 *
 * @throws MlError ERR_ML_MODEL_LOAD where it cannot be loaded, or is not ready in time; ERR_ML_MODEL_RUNTIME where what runs it is not installed
 */
export type OpenHost = (options: HostOptions) => Promise<ModelHost>;
