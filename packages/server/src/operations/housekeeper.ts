import type { Scope } from '@nx-ml/core/cache';
import { messageOf } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';
import type { Blobs } from '@nx-ml/core/remote';

import { entriesPrefix } from '../cache/entry-blob.js';
import type { ObservedEntry } from '../cache/entry-observer.js';
import { sealBytes } from '../cache/sealed-body.js';
import { Refusal } from '../http/refusal.js';
import { planEviction } from './plan-eviction.js';
import type { Quotas } from './plan-eviction.js';
import { UsageIndex } from './usage-index.js';
import type { UseLog } from './use-log.js';

/** Milliseconds between two looks at what was used and stored. */
const turn = 10_000;

export interface HousekeeperDeps {
  readonly blobs: Blobs;
  readonly uses: UseLog;
  readonly clock: Pick<Clock, 'now'>;
  readonly quotas: Quotas;
  /** Told of each entry that was removed. */
  readonly onEvicted: (blob: string) => void;
  /** One line, when something fails that the next turn tries again. */
  readonly warn: (message: string) => void;
}

/** Knows what is stored and when it was used, and keeps the quotas. All of it beside the requests: none waits for it. */
export class Housekeeper {
  readonly index = new UsageIndex();
  #isKnown = false;
  #turn: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly deps: HousekeeperDeps) {}

  /** Whether all that is stored has been looked through since the start. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  start(): void {
    this.#queue(() => this.#lookThrough());
    this.#turn = setInterval(() => {
      this.#queue(() => this.#tidy());
    }, turn);
    this.#turn.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#turn);
    this.#queue(() => this.deps.uses.flush());
    await this.#work;
  }

  onHit({ blob }: ObservedEntry): void {
    this.#use(blob);
  }

  onStored({ scope, blob, size }: ObservedEntry): void {
    this.index.add(blob, size + sealBytes, this.deps.clock.now());
    this.#use(blob);
    if (this.#isOver(scope)) this.#queue(() => this.#evict());
  }

  /** @throws Refusal 507 for a body for which no room could be made. */
  checkRoom(size: number, scope: string): void {
    const { total, scope: perScope } = this.deps.quotas;
    const limit = Math.min(total ?? Infinity, scope === 'protected' ? Infinity : (perScope ?? Infinity));
    if (size + sealBytes > limit)
      throw new Refusal(507, {
        message: `The entry has ${String(size)} bytes, and the quota is ${String(limit)}`,
        fix: 'Raise --quota or --scope-quota of the server.',
      });
  }

  #use(blob: string): void {
    const now = this.deps.clock.now();
    this.index.used(blob, now);
    this.deps.uses.used(blob, now);
  }

  #isOver(scope: Scope): boolean {
    const { total, scope: perScope } = this.deps.quotas;
    const own = this.index.scopes.get(scope) ?? 0;
    return this.index.totals.bytes > (total ?? Infinity) || own > (perScope ?? Infinity);
  }

  async #lookThrough(): Promise<void> {
    const uses = await this.deps.uses.read();
    const seen = new Set<string>();
    for await (const { name, size, changedAt = 0 } of this.deps.blobs.list(entriesPrefix)) {
      seen.add(name);
      // What another server on the same storage took in was not used here, and is as young as it is.
      this.index.add(name, size, uses.get(name) ?? changedAt);
    }
    for (const blob of [...uses.keys()])
      if (!seen.has(blob) && !this.index.has(blob)) this.deps.uses.forget(blob);
    await this.deps.uses.compact();
    this.#isKnown = true;
    await this.#evict();
  }

  async #tidy(): Promise<void> {
    await this.deps.uses.flush();
    if (this.#isKnown) await this.#evict();
  }

  async #evict(): Promise<void> {
    for (const { blob } of planEviction(this.index.all(), this.deps.quotas)) {
      await this.deps.blobs.remove(blob);
      this.index.remove(blob);
      this.deps.uses.forget(blob);
      this.deps.onEvicted(blob);
    }
  }

  /** One after the other; a failure is told, and the next turn tries again. */
  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.deps.warn(`The cache could not be tidied: ${messageOf(error)}`);
    });
  }
}
