import type { Progress } from '../engine/index.js';
import type { MlError } from '../kernel/index.js';
import type { StepRef } from '../layout/index.js';

/** What the use cases tell while they work. Reporters render every kind. */
export type MlEvent =
  | { readonly type: 'run-started'; readonly ref: StepRef; readonly seed: number | null }
  | {
      readonly type: 'run-waiting';
      readonly ref: StepRef;
      readonly seed: number | null;
      readonly reason: string;
    }
  | {
      readonly type: 'run-progress';
      readonly ref: StepRef;
      readonly seed: number | null;
      readonly progress: Progress;
      readonly elapsedMs: number;
    }
  | {
      readonly type: 'run-ended';
      readonly ref: StepRef;
      readonly seed: number | null;
      readonly ok: boolean;
      readonly elapsedMs: number;
    }
  /** Bytes that were needed came from a remote. */
  | { readonly type: 'fetched'; readonly objects: number; readonly size: number; readonly place: string }
  /** A remote could not be asked, which only costs work so far. */
  | { readonly type: 'remote-failed'; readonly error: Error }
  | { readonly type: 'history-lost'; readonly ref: StepRef; readonly error: MlError };

export type EventSink = (event: MlEvent) => void;
