import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import type { ExitStatus } from './exit-status.js';
import type { FromLauncher, LaunchRequest, ToLauncher } from './launcher-messages.js';

/** A started process; or the reason why there is none. */
export type Launched =
  { readonly pid: number; readonly exit: Promise<ExitStatus> } | { readonly refused: string };

export type Launch = Omit<LaunchRequest, 'id'>;

interface Job {
  readonly start: (launched: Launched) => void;
  readonly exit: Promise<ExitStatus>;
  readonly end: (status: ExitStatus) => void;
}

/** How a process is run that a file of ours describes. */
export interface Program {
  readonly file: string;
  /** Options of Node. */
  readonly nodeArgs: readonly string[];
}

export const launcherProgram: Program = { file: join(__dirname, 'launcher-main.js'), nodeArgs: [] };

/**
 * Starts commands through a small process beside us. Begun with the first job, kept out of our process group so that
 * ctrl-C does not reach it, and no reason for this process to stay alive unless a job runs.
 *
 * When that process is killed, so are its jobs, and the next job starts another.
 */
export class Launcher {
  readonly #shell: string;
  readonly #program: Program;
  readonly #jobs = new Map<number, Job>();
  #process: ChildProcess | undefined;
  #lastId = 0;

  constructor(shell: string, program: Program) {
    this.#shell = shell;
    this.#program = program;
  }

  launch(launch: Launch): Promise<Launched> {
    const id = (this.#lastId += 1);
    const launched = new Promise<Launched>((start) => {
      const { promise: exit, resolve: end } = deferred<ExitStatus>();
      this.#jobs.set(id, { start, exit, end });
    });
    this.#send({ launch: { id, ...launch } });
    return launched;
  }

  /** Nothing is left of a process group. */
  forget(group: number): void {
    if (this.#process !== undefined) this.#send({ forget: group });
  }

  close(): void {
    this.#process?.disconnect();
    this.#process = undefined;
  }

  #send(message: ToLauncher): void {
    const process = (this.#process ??= this.#start());
    process.send(message, (error) => {
      if (error !== null) this.#lost(process); // Its exit may never be told when it could not even be started.
    });
    this.#holdWhileNeeded(process);
  }

  #start(): ChildProcess {
    const { file, nodeArgs } = this.#program;
    const started = fork(file, [this.#shell], {
      cwd: '/',
      env: librariesOfNode(),
      execArgv: [...nodeArgs],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      detached: true,
    });
    const lost = (): void => {
      this.#lost(started);
    };
    started.on('error', lost).on('exit', lost);
    started.on('message', (answer: FromLauncher) => {
      this.#hear(answer);
      this.#holdWhileNeeded(started);
    });
    return started;
  }

  #hear(answer: FromLauncher): void {
    const job = this.#jobs.get(answer.id);
    if (job === undefined) return;
    if ('pid' in answer) {
      job.start({ pid: answer.pid, exit: job.exit });
      return;
    }
    this.#jobs.delete(answer.id);
    if ('refused' in answer) job.start(answer);
    else job.end(answer.exit);
  }

  /** Its watchdog kills what it had started. */
  #lost(process: ChildProcess): void {
    if (this.#process !== process) return;
    this.#process = undefined;
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const { start, end } of jobs) {
      start({ refused: 'the process that starts commands was killed' }); // Of no effect where it had started.
      end({ code: undefined, signal: 'SIGKILL' });
    }
  }

  #holdWhileNeeded(process: ChildProcess): void {
    const hold = this.#jobs.size > 0 ? 'ref' : 'unref';
    process[hold]();
    process.channel?.[hold]();
  }
}

/** A Node outside of the usual folders may need it to start at all. */
function librariesOfNode(): Record<string, string> {
  const { LD_LIBRARY_PATH: folders } = process.env;
  return folders === undefined ? {} : { LD_LIBRARY_PATH: folders };
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
