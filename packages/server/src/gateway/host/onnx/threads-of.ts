import type { ThreadTask } from './messages.js';

/**
 * How many threads run a model. One core is for whoever talks to the clients, where that leaves more than one. Of two it would be half of all: both
 * run the model, and do not spin while they have nothing to do, so that the sockets have theirs as soon as they want it. Pure.
 */
export function threadsOf(cores: number): Pick<ThreadTask, 'threads' | 'spin'> {
  return cores > 2 ? { threads: cores - 1, spin: true } : { threads: Math.max(1, cores), spin: false };
}
