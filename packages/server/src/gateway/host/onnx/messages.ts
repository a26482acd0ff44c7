import type { Datatype } from '@nx-ml/core/bundle';

import type { TensorData } from '../../protocol/index.js';

/** What the thread of a model is told when it begins. */
export interface ThreadTask {
  /** Absolute. */
  readonly file: string;
  /** Where onnxruntime-node lies. */
  readonly runtime: string;
  /** Threads within one run. */
  readonly threads: number;
  /** Whether they wait for their next work busily: quicker, and nobody else has the core. */
  readonly spin: boolean;
  readonly inputs: readonly { readonly name: string; readonly datatype: Datatype }[];
  readonly outputs: readonly { readonly name: string; readonly datatype: Datatype }[];
}

/** What the thread is started with. */
export interface ThreadData {
  readonly task: ThreadTask;
  /** One number: 0, or 1 as soon as nothing more is wanted of the thread. */
  readonly ending: SharedArrayBuffer;
}

/** What it is sent: runs; or null, which only wakes one that has nothing to do and is to end. */
export type ThreadMessage = readonly Run[] | null;

/** A tensor without its name: they come in the order of the signature. */
export interface Wire {
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** One run of the session: one request, or the rows of several behind one another. */
export interface Run {
  readonly inputs: readonly Wire[];
  /** Names of outputs; undefined for all. */
  readonly outputs: readonly string[] | undefined;
  /** Rows of each request, where there are several: what is cut apart again when the run fails. */
  readonly rows: readonly number[];
}

export type RunResult = { readonly outputs: readonly Wire[] } | { readonly failed: string };

/** Of one run: what it gave; or of each of its requests, where the whole failed and they were tried one by one. */
export type RunAnswer = RunResult | { readonly each: readonly RunResult[] };

/** What the model says of itself. */
export interface ModelTensor {
  readonly name: string;
  /** onnxruntime's name; undefined for what is no tensor. */
  readonly type: string | undefined;
  /** A text names a dimension that varies. */
  readonly shape: readonly (number | string)[];
}

/** The first message of a thread. */
export type ThreadStart =
  | {
      readonly ready: true;
      readonly inputs: readonly ModelTensor[];
      readonly outputs: readonly ModelTensor[];
    }
  | { readonly ready: false; readonly failed: string };

/** A thread's answers to one message, in the order of its runs. */
export interface ThreadAnswer {
  readonly answers: readonly RunAnswer[];
  /** Milliseconds that the runs took. */
  readonly took: number;
}
