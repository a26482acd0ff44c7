import { isJsonObject, parseJson } from '../kernel/index.js';

/** One command to run somewhere, with everything that it may see. */
export interface Job {
  /** Unique for one attempt; an engine that is handed the same id again attaches to the job that runs. */
  readonly id: string;
  /** Run by `sh -c` in `cwd`. */
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the file that takes standard output and standard error as they come. */
  readonly logFile: string;
  /** Absolute path of the JSON Lines file that the command may append progress to. */
  readonly progressFile: string;
  /** Milliseconds; no limit when absent. */
  readonly timeout?: number;
  readonly resources: JobResources;
}

export interface JobResources {
  /** Whole GPUs. */
  readonly gpu: number;
  /** Bytes of memory set aside. 0: not asked for. */
  readonly memory: number;
}

/** How a job ended. Closed: a caller handles every case. */
export type JobOutcome =
  | { readonly state: 'exited'; readonly code: number }
  /** By a signal, also where only the exit code 128+n of a shell tells of it (the OOM killer ends the trainer, not its shell). */
  | { readonly state: 'signalled'; readonly signal: string }
  | { readonly state: 'timed-out' }
  | { readonly state: 'cancelled' }
  | { readonly state: 'not-started'; readonly reason: string };

/** One line of the command's progress file: `{step, of?, metric?: value}`. */
export interface Progress {
  readonly step?: number;
  readonly of?: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface JobWatcher {
  /** Called for the newest progress line, at most about four times a second. */
  progress?(progress: Progress): void;
  /**
   * Called for every progress line, in order, as often. Of more than 64 KB that were written between two looks the oldest lines
   * are not seen.
   */
  line?(progress: Progress): void;
}

/**
 * Where commands run: this machine, a Slurm cluster, Kubernetes.
 *
 * - Execution is at least once: a cluster may run a job again after a node is lost. So a job writes only into its
 *   own folder, and its caller publishes the result once, under the run key.
 * - When `run` resolves, no process of the job is left: the whole process group was ended. (A process that took itself
 *   out of the group, by `setsid`, is beyond an engine that has nothing but groups.)
 * - Aborting the signal ends the job (SIGTERM, then SIGKILL after a grace period) and resolves with `cancelled`.
 */
export interface Engine {
  readonly name: string;
  run(job: Job, watcher: JobWatcher, signal: AbortSignal): Promise<JobOutcome>;
}

/** Reads one progress line; undefined for anything that is no progress (a half-written line, other JSON). */
export function parseProgress(line: string): Progress | undefined {
  const value = parseJson(line);
  if (!isJsonObject(value)) return undefined;
  const { step, of, ...rest } = value;
  const metrics = Object.fromEntries(
    Object.entries(rest).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
  return {
    ...(typeof step === 'number' ? { step } : {}),
    ...(typeof of === 'number' ? { of } : {}),
    metrics,
  };
}
