import { constants } from 'node:os';

import type { JobOutcome } from '../../engine/index.js';

export interface ExitStatus {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/**
 * Signals that end a process from outside or by a crash. SIGHUP and the rest are left out: 129 and its like are
 * ordinary exit codes of common programs.
 */
const fatal = [
  'SIGINT',
  'SIGILL',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGSEGV',
  'SIGTERM',
  'SIGXCPU',
] as const;

/**
 * A shell whose command was killed by signal n exits with 128+n itself, and so do `env`, `nice`, a container runtime.
 * When the system runs out of memory it kills the trainer, not the shell before it, and "exited with 137" would hide
 * what happened. So 128+n counts as the signal. A program that uses such a code for something else is misread; both
 * are failures.
 */
export function outcomeOf({ code, signal }: ExitStatus): JobOutcome {
  if (signal !== undefined) return { state: 'signalled', signal };
  const named = fatal.find((name) => code === 128 + constants.signals[name]);
  if (named !== undefined) return { state: 'signalled', signal: named };
  return code === undefined
    ? { state: 'not-started', reason: 'it has no exit code' }
    : { state: 'exited', code };
}
