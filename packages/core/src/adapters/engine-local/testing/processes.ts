import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether a process runs; one that has ended and was not collected by its parent does not. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) throw new Error(`${String(pid)} is no process id`);
  try {
    return !['', 'Z', 'X'].includes(stateOf(pid));
  } catch {
    return false;
  }
}

function stateOf(pid: number): string {
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .charAt(0);
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  return stat.charAt(stat.lastIndexOf(')') + 2);
}

/** Looks again until it is so; the test's own time-out ends it otherwise. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
