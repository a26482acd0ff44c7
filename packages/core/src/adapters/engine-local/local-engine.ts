import type { Engine, Job, JobOutcome, JobWatcher } from '../../engine/index.js';

import { Launcher, launcherProgram } from './launcher.js';
import type { Program } from './launcher.js';
import type { TellProgress } from './progress-tail.js';
import { runJob } from './run-job.js';

export interface LocalEngineOptions {
  /** Milliseconds between SIGTERM and SIGKILL; 10,000 when absent. */
  readonly grace?: number;
  /** The POSIX shell that runs commands; `/bin/sh` when absent. */
  readonly shell?: string;
  /** The process that starts commands; a test runs it from source. */
  readonly launcher?: Program;
}

export interface LocalEngine extends Engine {
  /** Ends the helper processes that start the jobs and watch over them. Not needed at exit: it ends with this process. */
  close(): void;
}

/**
 * Runs jobs here. A job whose id is running already is joined: both callers get its progress and its outcome, and
 * either's signal ends it.
 *
 * A process that leaves its process group (`setsid`, a daemon) escapes: neither waited for nor ended. Nothing portable
 * finds it again.
 */
export function openLocalEngine(options: LocalEngineOptions = {}): LocalEngine {
  const { grace = 10_000, shell = '/bin/sh' } = options;
  const launcher = new Launcher(shell, options.launcher ?? launcherProgram);
  const running = new Map<string, JobInProgress>();
  const start = (job: Job): JobInProgress => {
    const started = new JobInProgress((tell, signal) => runJob(job, { grace, launcher, tell, signal }));
    running.set(job.id, started);
    started.onEnd(() => running.delete(job.id));
    return started;
  };
  return {
    name: 'local',
    async run(job, watcher, signal) {
      const current = running.get(job.id);
      if (current === undefined && signal.aborted) return { state: 'cancelled' };
      return (current ?? start(job)).join(watcher, signal);
    },
    close: () => {
      launcher.close();
    },
  };
}

type Start = (tell: TellProgress, signal: AbortSignal) => Promise<JobOutcome>;

class JobInProgress {
  readonly #listeners = new Set<TellProgress>();
  readonly #cancel = new AbortController();
  readonly #outcome: Promise<JobOutcome>;

  constructor(start: Start) {
    const tell: TellProgress = (told) => {
      for (const listener of this.#listeners) listener(told);
    };
    this.#outcome = start(tell, this.#cancel.signal);
  }

  onEnd(listener: () => void): void {
    void this.#outcome.then(listener, listener);
  }

  async join(watcher: JobWatcher, signal: AbortSignal): Promise<JobOutcome> {
    const bugs: unknown[] = [];
    const listen: TellProgress = (told) => {
      try {
        for (const progress of told) watcher.line?.(progress);
        const newest = told.at(-1);
        if (newest !== undefined) watcher.progress?.(newest);
      } catch (error) {
        bugs.push(error); // Told to its owner below: it must not leave a process behind.
      }
    };
    const cancel = (): void => {
      this.#cancel.abort();
    };
    this.#listeners.add(listen);
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      const outcome = await this.#outcome;
      if (bugs.length > 0) throw bugs[0];
      return outcome;
    } finally {
      this.#listeners.delete(listen);
      signal.removeEventListener('abort', cancel);
    }
  }
}
