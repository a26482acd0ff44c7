// Commands that run beside one another.
import { spawn } from 'node:child_process';

import { repo } from './set-up.mjs';

const running = new Set();

/** Runs a command of this repository. @returns its exit code, undefined after a signal, and its output where it is piped. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: repo, ...options });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      running.delete(child);
      resolve({ status: status ?? undefined, output });
    });
  });
}

/**
 * Runs commands one after another beside whatever else runs, and tells how long each took. The first that fails ends all
 * that `start` started, and this process with its exit code.
 *
 * @param commands by their names: the program and its arguments.
 */
export async function lane(commands) {
  for (const [name, [command, ...args]] of Object.entries(commands)) {
    const started = Date.now();
    const { status, output } = await start(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    console.log(`\n== ${name}\n${output}   ${((Date.now() - started) / 1000).toFixed(1)} s`);
    if (status === 0) continue;
    console.error(`\n${command} ${args.join(' ')} failed with exit code ${status}`);
    for (const child of running) child.kill();
    process.exit(status ?? 1);
  }
}
