import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Clock } from '@nx-ml/core/kernel';

import { Refusal } from '../../http/refusal.js';
import { inaccessible, syncFolder, systemCode } from '../state/index.js';
import type { StateFolder } from '../state/index.js';

const hour = 3_600_000;
/** ID tokens that are remembered at once. Each is an empty file. */
const most = 200_000;

/**
 * Which ID tokens were exchanged: an empty file each, in a folder for the hour in which it ends, so that an hour that is over is
 * forgotten by removing its folder. Taking a name is one call that never replaces: of two who come with one token, one gets it, also
 * from two processes, and after a crash.
 */
export class ExchangedTokens {
  readonly #state: StateFolder;
  readonly #clock: Clock;
  #count = 0;
  #sweptAt = -Infinity;

  constructor(state: StateFolder, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /**
   * Takes a token that was never taken before.
   *
   * @param expiresAt milliseconds since the epoch, as the issuer signed it
   * @throws Refusal 401 when it was, 503 when there are too many to remember one more; MlError ERR_ML_SERVER_STATE
   */
  take({ issuer, jti, expiresAt }: { issuer: string; jti: string; expiresAt: number }): void {
    this.#sweep();
    if (this.#count >= most) throw full();
    // One hour more than it is valid: clocks that differ a little are tolerated elsewhere.
    const folder = this.#state.folder(`exchanged/${hourOf(expiresAt + hour)}`);
    const name = createHash('sha256')
      .update(JSON.stringify([issuer, jti]))
      .digest('hex');
    try {
      closeSync(openSync(join(folder, name), 'wx', 0o600));
      for (const each of [folder, dirname(folder)]) syncFolder(each);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') throw usedBefore();
      throw inaccessible(join(folder, name), error);
    }
    this.#count += 1;
  }

  #sweep(): void {
    const now = this.#clock.now();
    if (now < this.#sweptAt + hour) return;
    this.#sweptAt = now;
    this.#count = 0;
    const base = this.#state.folder('exchanged');
    for (const name of readdirSync(base).filter((each) => /^[0-9]{1,12}$/.test(each)))
      if (Number(name) < Number(hourOf(now))) rmSync(join(base, name), { recursive: true, force: true });
      else this.#count += readdirSync(join(base, name)).length;
  }
}

function hourOf(time: number): string {
  return String(Math.floor(time / hour));
}

function usedBefore(): Refusal {
  return new Refusal(401, {
    message: 'The ID token is not accepted: it was exchanged before',
    fix: 'Ask for a new one. If no job of yours did exchange it, somebody else has it: look who can read the log of the job.',
  });
}

function full(): Refusal {
  return new Refusal(503, {
    message: 'The server remembers too many ID tokens that are still valid',
    fix: 'Try again in an hour.',
  });
}
