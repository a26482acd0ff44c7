import { randomUUID } from 'node:crypto';
import { readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { codeOf } from './error-code.js';
import { isAlive, isHolder, thisProcess } from './holder.js';

const breaking = 'break.';
/** About two seconds: the work under the mutex takes less than a millisecond. */
const enough = 400;

/**
 * Mutual exclusion between processes through one symbolic link, `mutex`, whose target names its holder: creating it is
 * atomic and exclusive, and it is never seen half-written.
 *
 * The link of a dead holder is broken by another process. Two of them could do so one after the other, and the second
 * would break the first one's new lock. So whoever breaks a link must hold the right to break this very one: the link
 * `break.<nonce>`, where the nonce is that of the dead acquisition and never comes back. The right is itself such a
 * link and can be broken in the same way.
 */
export class Mutex {
  readonly #folder: string;
  readonly #path: string;
  readonly #attempts: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, attempts = enough) {
    this.#folder = folder;
    this.#attempts = attempts;
    this.#path = join(folder, 'mutex');
  }

  /** Does the work alone; undefined when others kept the mutex for so long that waiting has no use. */
  async run<T>(work: () => T): Promise<{ readonly value: T } | undefined> {
    const turn = this.#last.then(() => this.#runNow(work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Removes what processes left that died while they broke a lock. */
  sweep(): void {
    for (const name of readdirSync(this.#folder))
      if (name.startsWith(breaking)) this.#breakIfDead(join(this.#folder, name));
  }

  async #runNow<T>(work: () => T): Promise<{ readonly value: T } | undefined> {
    for (let attempt = 0; attempt < this.#attempts; attempt += 1) {
      if (claim(this.#path)) {
        try {
          return { value: work() };
        } finally {
          remove(this.#path);
        }
      }
      if (!this.#breakIfDead(this.#path)) await sleep(1 + (attempt % 8));
    }
    return undefined;
  }

  /** Whether it was broken, so that it is worth trying again at once. */
  #breakIfDead(path: string): boolean {
    const target = readLink(path);
    if (target === undefined) return false;
    const { holder } = parseTarget(target);
    if (isHolder(holder) && isAlive(holder)) return false;
    return breakLink(path, target) || this.#breakIfDead(rightToBreak(path, target));
  }
}

/** Removes a link if it is still the one that was seen; false when another process has the right to do that. */
export function breakLink(path: string, seen: string): boolean {
  const right = rightToBreak(path, seen);
  if (!claim(right)) return false;
  try {
    if (readLink(path) === seen) remove(path);
  } finally {
    remove(right);
  }
  return true;
}

function rightToBreak(path: string, target: string): string {
  return join(dirname(path), `${breaking}${parseTarget(target).nonce}`);
}

function claim(path: string): boolean {
  try {
    symlinkSync(`${thisProcess()}.${randomUUID()}`, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function parseTarget(target: string): { readonly holder: string; readonly nonce: string } {
  const dot = target.lastIndexOf('.');
  return { holder: target.slice(0, dot), nonce: target.slice(dot + 1) };
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
