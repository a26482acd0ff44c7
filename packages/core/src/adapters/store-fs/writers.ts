import { hostname } from 'node:os';

import { digestOf, hexOf } from '../../kernel/index.js';
import { errnoOf } from './failures.js';

const machine = hexOf(digestOf(hostname())).slice(0, 8);

/** `<machine>-<pid>`: how names of what this process writes begin, so that others can ask whether it lives. */
export const thisWriter = `${machine}-${String(process.pid)}`;

const pattern = /(?:^|[.-])([0-9a-f]{8})-([0-9]+)-[0-9a-f]+/;

/**
 * What is known of whoever writes the temporary of this name. Nobody can tell of another machine. A process that came to the number
 * of a dead one counts as its writer: then what was left stays a while longer.
 */
export function writerOf(name: string): 'lives' | 'ended' | 'elsewhere' {
  const [, host, pid] = pattern.exec(name) ?? [];
  if (host !== machine) return 'elsewhere';
  return isAlive(Number(pid)) ? 'lives' : 'ended';
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Whether a temporary may be swept: nobody has touched it for a day, and no process of this machine writes it. Clocks jump, so age
 * alone is no proof of death. And where the writer is known to be dead, a time that lies ahead is no sign of youth.
 *
 * @param changedAt and now in milliseconds since the epoch
 */
export function isAbandoned(name: string, changedAt: number, now: number): boolean {
  const writer = writerOf(name);
  if (writer === 'lives') return false;
  return (writer === 'ended' ? Math.abs(now - changedAt) : now - changedAt) > dayMs;
}
