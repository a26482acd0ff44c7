// Commands that run beside one another.
import { spawn } from 'node:child_process';

import { repo } from './set-up.mjs';

/** Runs a command of this repository. @returns its exit code, null after a signal, and its output where it is piped. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: repo, ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

/**
 * Runs commands one after another beside whatever else runs, and tells of each what it said and how long it took.
 *
 * @param commands by their names: the program and its arguments.
 * @returns the names of those that failed.
 */
export async function lane(commands) {
  const failed = [];
  for (const [name, [command, ...args]] of Object.entries(commands)) {
    const started = Date.now();
    const { status, output } = await start(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const told = status === 0 ? 'done' : `FAILED with exit code ${status}`;
    console.log(
      `\n== ${name}\n${output}   ${name}: ${told}, ${((Date.now() - started) / 1000).toFixed(1)} s`,
    );
    if (status !== 0) failed.push(name);
  }
  return failed;
}
