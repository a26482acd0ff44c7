import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

import { codeOf } from './error-code.js';

/**
 * One process, told apart from a later one with the same pid by when it started. Written `pid.started`, so that it
 * can be part of a file's name.
 *
 * Processes that share a folder must see one another's pids: containers with a PID namespace of their own need a
 * folder of their own.
 */
export type Holder = string & { readonly __brand: 'Holder' };

let own: Holder | undefined;

export function thisProcess(): Holder {
  own ??= holderOf(process.pid);
  if (own === undefined) throw new Error('this process cannot be found in the process table');
  return own;
}

export function isHolder(text: string): text is Holder {
  return /^\d+\.[\w-]+$/.test(text);
}

export function isAlive(holder: Holder): boolean {
  return holder === own || holderOf(Number(holder.slice(0, holder.indexOf('.')))) === holder;
}

/** The process that has this pid now; undefined when there is none, or only a zombie. */
export function holderOf(pid: number): Holder | undefined {
  const started = process.platform === 'linux' ? startInProc(pid) : startByPs(pid);
  return started === undefined ? undefined : (`${String(pid)}.${started}` as Holder);
}

/** Clock ticks since boot, and the boot they count from. */
function startInProc(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${String(pid)}/stat`);
  if (stat === undefined) return readOrUndefined('/proc/self/stat') === undefined ? bare(pid) : undefined;
  // The name in field 2 may hold anything, spaces and brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if ((fields[0] === 'Z' || fields[0] === 'X') && threadsOf(pid) <= 1) return undefined;
  const boot = readOrUndefined('/proc/sys/kernel/random/boot_id') ?? '';
  return `${boot.slice(0, 8)}-${fields[19] ?? ''}`;
}

/** A first thread that has ended may leave others that run. */
function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${String(pid)}/task`).length;
  } catch {
    return 0;
  }
}

/** The second in which it started, as macOS and the BSDs record it once; never set by a later change of the clock. */
export function startByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state = '', ...start] = line.split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : start.join('-').replaceAll(/[^\w-]/g, '-');
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? bare(pid) : undefined;
  }
}

/** Without a process table only the pid itself is left to go by. */
function bare(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return 'unknown';
  } catch {
    return undefined;
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
