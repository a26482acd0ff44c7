import { isMlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import type { Remote } from '../../remote/index.js';

/** After a failure a remote is not asked again for so long, where the answer only spares work. Milliseconds. */
const pause = 60_000;

export interface RemoteAccessOptions {
  /** Opened at the first question. Rejects with the reason when it must not be asked. */
  readonly open: () => Promise<Remote>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Told of each failure that only costs work; no more than one in a minute. */
  readonly onFailure: (error: Error) => void;
}

/** A remote that may fail: what must come from it fails, what only might be there counts as not there. */
export class RemoteAccess {
  readonly #options: RemoteAccessOptions;
  #remote: Promise<Remote> | undefined;
  #failedAt: number | undefined;

  constructor(options: RemoteAccessOptions) {
    this.#options = options;
  }

  /** @throws MlError why it cannot be used. */
  get(): Promise<Remote> {
    this.#remote ??= this.#options.open();
    return this.#remote;
  }

  /** The answer of the remote; `otherwise` when it gives none. */
  async ask<T>(question: (remote: Remote) => Promise<T>, otherwise: T): Promise<T> {
    const { clock, onFailure } = this.#options;
    if (this.#failedAt !== undefined && clock.monotonic() - this.#failedAt < pause) return otherwise;
    try {
      return await question(await this.get());
    } catch (error) {
      if (!isMlError(error)) throw error;
      this.#failedAt = clock.monotonic();
      onFailure(error);
      return otherwise;
    }
  }
}
