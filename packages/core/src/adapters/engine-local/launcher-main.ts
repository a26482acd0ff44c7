import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';

import type { FromLauncher, LaunchRequest, ToLauncher } from './launcher-messages.js';
import { reportThenRun, Watchdog } from './watchdog.js';

/**
 * The launcher: a process of its own, since to start a command a process is copied first, and the one that plans is
 * ten times as large. It loads next to nothing for the same reason.
 *
 * It ends with the process that started it, and its watchdog then ends the jobs.
 */
const [shell = ''] = process.argv.slice(2);
const watchdog = new Watchdog(shell);

const tell = (answer: FromLauncher): void => {
  process.send?.(answer);
};

function launch(request: LaunchRequest): void {
  const { id, command, cwd, env, logFile } = request;
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    tell({ id, refused: `the folder ${cwd} does not exist` }); // Else it would be said of the shell.
    return;
  }
  const log = openSync(logFile, 'a');
  try {
    const job = spawn(shell, ['-c', reportThenRun, shell, command], {
      cwd,
      env,
      stdio: ['ignore', log, log, watchdog.input()],
      detached: true, // A process group, and a session, of its own.
    });
    job.on('error', (error) => {
      if (job.pid === undefined) tell({ id, refused: error.message });
    });
    job.on('exit', (code, signal) => {
      tell({ id, exit: { code: code ?? undefined, signal: signal ?? undefined } });
    });
    if (job.pid === undefined) return;
    watchdog.guards(job.pid);
    tell({ id, pid: job.pid });
  } finally {
    closeSync(log);
  }
}

process.on('message', (message: ToLauncher) => {
  if ('forget' in message) {
    watchdog.forget(message.forget);
    return;
  }
  try {
    launch(message.launch);
  } catch (error) {
    tell({ id: message.launch.id, refused: (error as Error).message });
  }
});
process.on('disconnect', () => process.exit());
