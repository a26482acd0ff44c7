import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { ProcessGroup } from '@nx-ml/core/adapters/engine-local';

export interface ProcessOptions {
  readonly command: string;
  /** Absolute. */
  readonly folder: string;
  /** The whole environment, but the port. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly port: number;
  readonly log: (line: string) => void;
}

/** Characters of a line of its output. */
const longestLine = 2000;

/**
 * What the shell does before it becomes the command: a child of the same group waits for the end of its input, which is our end, however we
 * went, and then ends the whole group. Without it a gateway that was killed would leave a model behind, with its port and its GPU.
 */
const guarded = `exec 3<&0 </dev/null
( trap '' HUP INT TERM; while read -r _ <&3; do :; done; kill -s KILL -- "-$$" ) >/dev/null 2>&1 &
exec 3<&-
exec "$0" -c "$1"`;

/** A process of the user's own with its whole group, which is gone when `end` resolves. */
export class UserProcess {
  /** Resolves with why it ended, when it has. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #end: Promise<void> | undefined;

  constructor({ command, folder, env, port, log }: ProcessOptions) {
    const shell = '/bin/sh';
    this.#child = spawn(shell, ['-c', guarded, shell, command], {
      cwd: folder,
      env: { ...env, PORT: String(port) },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child.stdin?.on('error', () => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream !== null)
        createInterface({ input: stream }).on('line', (line) => {
          log(line.slice(0, longestLine));
        });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        resolve(`it could not be started: ${error.message}`);
      });
      this.#child.once('exit', (code, signal) => {
        resolve(signal === null ? `it exited with ${String(code)}` : `it was ended by ${signal}`);
      });
    });
  }

  /** SIGTERM to its group, and SIGKILL to what is left. @param grace milliseconds between them */
  end(grace: number): Promise<void> {
    return (this.#end ??= this.#endGroup(grace));
  }

  async #endGroup(grace: number): Promise<void> {
    const { pid, stdin } = this.#child;
    if (pid === undefined) return;
    if (signalGroup(pid, 'SIGTERM')) {
      const over = new AbortController();
      const late = sleep(grace, undefined, { signal: over.signal }).catch(() => undefined);
      await Promise.race([this.ended, late]);
      over.abort();
    }
    // The guard of the group ends it then, and if that was ended itself, we do.
    stdin?.destroy();
    await new ProcessGroup(pid).end(0, this.ended);
  }
}

/** Whether there was someone to take it. */
function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
