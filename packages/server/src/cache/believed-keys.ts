import type { KeyObject } from 'node:crypto';

import type { Clock } from '@nx-ml/core/kernel';

/** What signs and what is believed; `SigningKeyFile` is one. */
export interface KeySource {
  current(): Promise<{ readonly privateKey: KeyObject; readonly publicKeys: readonly KeyObject[] }>;
}

type Keys = readonly KeyObject[];

/** Milliseconds: what was verified counts for so long after its key is not believed any more, at most. */
const lately = 50;

/** The public keys that are believed, and what depends on them: it is forgotten when one of them is not believed any more. */
export class BelievedKeys {
  #keys: Keys = [];
  #lookedAt = -Infinity;

  /** @param onLost what was verified with any key before may not be believed any more */
  constructor(
    private readonly source: KeySource,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly onLost: () => void,
  ) {}

  /** Whether they were looked at less than 50 ms ago. */
  get isFresh(): boolean {
    return this.clock.monotonic() - this.#lookedAt < lately;
  }

  /** As they are. @throws as the source */
  async now(): Promise<Keys> {
    // Before the look: what changes during it is found by the next one.
    const at = this.clock.monotonic();
    const { publicKeys } = await this.source.current();
    if (this.#keys !== publicKeys) this.#take(publicKeys);
    this.#lookedAt = Math.max(this.#lookedAt, at);
    return this.#keys;
  }

  /** As `now`, of at most 50 ms ago: a look at the files costs more than the answer to a small request. */
  async lately(): Promise<Keys> {
    return this.isFresh ? this.#keys : this.now();
  }

  /** Whether these are what is known here: another may have looked meanwhile, and found one gone. */
  areStill(keys: Keys): boolean {
    return keys === this.#keys;
  }

  #take(keys: Keys): void {
    const isLost = this.#keys.some((known) => !keys.some((key) => key.equals(known)));
    this.#keys = keys;
    if (isLost) this.onLost();
  }
}
