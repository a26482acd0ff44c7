import { isMlError, MlError } from '../../kernel/index.js';
import type { ErrorCode } from '../../kernel/index.js';
import { errnoOf } from './failures.js';
import type { Hand } from './hand.js';

/** The jobs of a hand. */
export type JobName = 'stage' | 'measure' | 'look' | 'link' | 'name' | 'place';
export type JobOf<Name extends JobName> = Parameters<Hand[Name]>[0];
export type ResultOf<Name extends JobName> = ReturnType<Hand[Name]>;

/** What the other thread is started with. */
export interface HandPlace {
  readonly root: string;
  /** Milliseconds, by the clock of whoever starts it. */
  readonly now: number;
  readonly temporaries: string | undefined;
}

/** What goes to the other thread. */
export interface Request {
  readonly name: JobName;
  readonly job: unknown;
}

/** What comes back. An error of ours keeps its code and its cause, which copying between threads would take away. */
export type Answer =
  | { readonly is: 'done'; readonly result: unknown }
  | { readonly is: 'failed'; readonly failure: Failure }
  | { readonly is: 'broken'; readonly text: string };

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  readonly detail: readonly string[];
  /** The system's name of the error behind it. */
  readonly errno: string | undefined;
  readonly cause: string;
}

export function answerTo({ name, job }: Request, hand: Hand): Answer {
  try {
    return { is: 'done', result: (hand[name] as (job: unknown) => unknown)(job) };
  } catch (error) {
    if (!isMlError(error)) return { is: 'broken', text: String((error as Error).stack ?? error) };
    const { code, message, fix, detail, cause } = error;
    const failure = { code, message, fix, detail, errno: errnoOf(error), cause: String(cause) };
    return { is: 'failed', failure };
  }
}

/** @throws what the other thread threw */
export function resultOf(answer: Answer): unknown {
  if (answer.is === 'done') return answer.result;
  if (answer.is === 'broken') throw new Error(`A thread of the store failed: ${answer.text}`);
  const { code, errno, cause, ...rest } = answer.failure;
  const system = errno === undefined ? {} : { code: errno, errno: -1 };
  throw new MlError(code, { ...rest, cause: Object.assign(new Error(cause), system) });
}
