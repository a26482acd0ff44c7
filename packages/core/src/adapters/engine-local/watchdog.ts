import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * What a job's shell runs before the command: it tells its process group to the watchdog (file descriptor 3), lets
 * go of that descriptor and becomes `sh -c command`. Telling it from inside leaves no moment in which the job runs
 * and the watchdog does not know it. A watchdog that was itself killed is no reason to fail.
 */
export const reportThenRun = `trap '' PIPE; echo "+ $$" 2>/dev/null >&3; trap - PIPE; exec 3>&-; exec "$0" -c "$1"`;

/** Reads "+ group" and "- group"; at the end of input, which is our end, it kills the groups that are left. */
const watch = `
trap '' HUP INT TERM
groups=
while read -r sign group; do
  case $sign in
  +) groups="$groups $group" ;;
  -) left=
     for each in $groups; do [ "$each" = "$group" ] || left="$left $each"; done
     groups=$left ;;
  esac
done
for each in $groups; do kill -s KILL -- "-$each"; done`;

/**
 * A small shell that ends the running jobs when this process is gone, however it went: the pipe between them closes
 * with the last breath. It uses SIGKILL at once, since nobody is left to collect a result, and whoever looks at the
 * leases of a dead process finds its GPUs free.
 *
 * One for each engine, started with the first job, kept out of our process group so that ctrl-C does not reach it,
 * and no reason for this process to stay alive.
 */
export class Watchdog {
  readonly #shell: string;
  readonly #groups = new Set<number>();
  #process: ChildProcessByStdio<Writable, null, null> | undefined;

  constructor(shell: string) {
    this.#shell = shell;
  }

  /** The stream that a job reports its group to. */
  input(): Writable {
    this.#process ??= this.#start();
    return this.#process.stdin;
  }

  /** Remembers a group: a watchdog that was killed is started again for the jobs that run. */
  guards(group: number): void {
    this.#groups.add(group);
  }

  forget(group: number): void {
    this.#groups.delete(group);
    this.#process?.stdin.write(`- ${String(group)}\n`);
  }

  close(): void {
    this.#process?.stdin.end();
    this.#process = undefined;
  }

  #start(): ChildProcessByStdio<Writable, null, null> {
    const started = spawn(this.#shell, ['-c', watch], {
      cwd: '/',
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    const lost = (): void => {
      if (this.#process !== started) return;
      this.#process = undefined;
      setTimeout(() => {
        if (this.#groups.size > 0) this.input();
      }, 100).unref();
    };
    started.on('error', lost).on('exit', lost);
    started.stdin.on('error', lost);
    started.unref();
    if (started.stdin instanceof Socket) started.stdin.unref();
    for (const group of this.#groups) started.stdin.write(`+ ${String(group)}\n`);
    return started;
  }
}
