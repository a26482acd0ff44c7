import { isScope, protectedScope } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';
import { messageOf } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';
import type { ServedBlobs } from '@nx-ml/core/remote';

import { Refusal } from '../../http/refusal.js';
import type { UseLog } from '../../operations/use-log.js';
import { countStore } from './count-store.js';
import { planRoom, sizeOf } from './plan-room.js';
import type { StoreQuotas } from './plan-room.js';
import { readScopeStore } from './read-scope-store.js';
import { removeUnits } from './remove-units.js';
import { restMs, StoreUses } from './store-uses.js';
import type { StoreUnit } from './store-unit.js';

/** Milliseconds between two writings of what was used. */
const turn = 10_000;
/** Milliseconds after which all is counted anew: another server may write to the same storage. */
const recount = 3600 * 1000;
/** Milliseconds before room is looked for again in vain. */
const patience = 60_000;
/** Of a quota stays, where room is made: else the next upload would look through everything again. */
const kept = 0.95;

export interface StoreRoomDeps {
  /** The whole storage. */
  readonly blobs: ServedBlobs;
  /** Of the store. */
  readonly uses: UseLog;
  readonly clock: Pick<Clock, 'now'>;
  readonly quotas: StoreQuotas;
  /** One line: what was removed, and when something fails that a later try may do. */
  readonly warn: (message: string) => void;
}

/** Room that an upload has until it is stored. */
export interface Reservation {
  /** Once. @param bytes that were stored by it */
  end(bytes: number): void;
}

/** Keeps the quotas of the store: knows how much each scope has, removes what goes first, and refuses what would still not fit. */
export class StoreRoom {
  readonly uses: StoreUses;
  readonly #bytes = new Map<string, number>();
  readonly #reserved = new Map<string, number>();
  /** Stored since the count began that is under way. */
  #meanwhile: Map<string, number> | undefined;
  #isKnown = false;
  #evicted = { blobs: 0, bytes: 0 };
  readonly #lookedInVain = new Map<string, number>();
  readonly #timers: NodeJS.Timeout[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly deps: StoreRoomDeps) {
    this.uses = new StoreUses(deps.uses, deps.clock);
  }

  /** Bytes by scope, journals and all; what lies there for all scopes as `shared`. */
  get bytes(): ReadonlyMap<string, number> {
    return this.#bytes;
  }

  get quotas(): StoreQuotas {
    return this.deps.quotas;
  }

  /** What was removed to make room since the start. */
  get evicted(): { readonly blobs: number; readonly bytes: number } {
    return this.#evicted;
  }

  /** Whether all that is stored has been counted since the start. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  start(): void {
    void this.#queue(async () => {
      await this.deps.uses.read();
      await this.#count();
    });
    const every = (ms: number, work: () => Promise<void>): void => {
      this.#timers.push(setInterval(() => void this.#queue(work), ms).unref());
    };
    every(turn, () => this.deps.uses.flush());
    every(recount, () => this.#count());
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#queue(() => this.deps.uses.flush());
  }

  /** Before it is received. @param size bytes. @throws Refusal 507 where no room can be made */
  async reserve(scope: Scope, size: number): Promise<Reservation> {
    if (size > this.#limitOf(scope)) throw tooLarge(size, this.#limitOf(scope));
    if (this.#isOver(scope, size)) await this.#queue(() => this.#makeRoom(scope, size));
    if (this.#isOver(scope, size)) throw isFull(scope);
    add(this.#reserved, scope, size);
    return {
      end: (bytes) => {
        add(this.#reserved, scope, -size);
        add(this.#bytes, scope, bytes);
        if (this.#meanwhile !== undefined) add(this.#meanwhile, scope, bytes);
      },
    };
  }

  #limitOf(scope: Scope): number {
    const { total = Infinity, scope: perScope = Infinity } = this.deps.quotas;
    return Math.min(total, scope === protectedScope ? Infinity : perScope);
  }

  /** Whether so much more would be too much. What is not counted yet bounds nobody. */
  #isOver(scope: Scope, more: number): boolean {
    if (!this.#isKnown) return false;
    const { total = Infinity, scope: perScope = Infinity } = this.deps.quotas;
    const own = (this.#bytes.get(scope) ?? 0) + (this.#reserved.get(scope) ?? 0);
    const isOwnOver = scope !== protectedScope && own + more > perScope;
    return isOwnOver || sumOf(this.#bytes) + sumOf(this.#reserved) + more > total;
  }

  async #makeRoom(scope: Scope, more: number): Promise<void> {
    const now = this.deps.clock.now();
    if (!this.#isOver(scope, more) || now - (this.#lookedInVain.get(scope) ?? 0) < patience) return;
    this.#lookedInVain.set(scope, now);
    await this.#count();
    if (this.#isOver(scope, more)) await this.#evict(scope, more);
    if (!this.#isOver(scope, more)) this.#lookedInVain.delete(scope);
  }

  /** As if that much more were there already. */
  async #evict(scope: Scope, more: number): Promise<void> {
    const { blobs, clock } = this.deps;
    const bytes = new Map(this.#bytes);
    for (const [other, reserved] of this.#reserved) add(bytes, other, reserved);
    add(bytes, scope, more);
    const { total, scope: perScope } = this.deps.quotas;
    const quotas = { total: total && total * kept, scope: perScope && perScope * kept };
    const relied = clock.now() - restMs;
    const plan = planRoom({ units: await this.#unitsFor(bytes, quotas), bytes, quotas, relied });
    const removed = await removeUnits(plan, { blobs, uses: this.uses, relied });
    for (const unit of removed) add(this.#bytes, unit.scope, -unit.size);
    this.#tellOf(removed);
  }

  #tellOf(removed: readonly StoreUnit[]): void {
    if (removed.length === 0) return;
    const bytes = sizeOf(removed);
    this.#evicted = { blobs: this.#evicted.blobs + removed.length, bytes: this.#evicted.bytes + bytes };
    const scopes = [...new Set(removed.map(({ scope }) => scope))];
    const more = scopes.length > 1 ? ` and ${String(scopes.length - 1)} more` : '';
    this.deps.warn(
      `Room was made in the store of ${String(scopes[0])}${more}: ${(bytes / 1e6).toFixed(1)} MB that nobody asked for`,
    );
  }

  /** Of the scopes that are over their quota; of all where all together are. */
  async #unitsFor(bytes: ReadonlyMap<string, number>, quotas: StoreQuotas): Promise<readonly StoreUnit[]> {
    const isOver = sumOf(bytes) > (quotas.total ?? Infinity);
    const units: StoreUnit[] = [];
    for (const [scope, own] of bytes)
      if (isScope(scope) && scope !== protectedScope && (isOver || own > (quotas.scope ?? Infinity)))
        units.push(...(await this.#unitsOf(scope)));
    return units;
  }

  /** One scope that cannot be looked at keeps no other from being tidied. */
  async #unitsOf(scope: Scope): Promise<readonly StoreUnit[]> {
    try {
      return await readScopeStore(scope, this.deps.blobs, this.uses);
    } catch (error) {
      this.deps.warn(messageOf(error));
      return [];
    }
  }

  async #count(): Promise<void> {
    this.#meanwhile = new Map();
    const counted = await countStore(this.deps.blobs);
    for (const [scope, bytes] of this.#meanwhile) add(counted, scope, bytes);
    this.#meanwhile = undefined;
    this.#bytes.clear();
    for (const [scope, bytes] of counted) this.#bytes.set(scope, bytes);
    this.#isKnown = true;
  }

  /** One after the other; a failure is told, and a later try does it. */
  #queue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#meanwhile = undefined;
      this.deps.warn(`The store could not be tidied: ${messageOf(error)}`);
    });
    return this.#work;
  }
}

function add(bytes: Map<string, number>, scope: string, more: number): void {
  const sum = Math.max(0, (bytes.get(scope) ?? 0) + more);
  if (sum > 0) bytes.set(scope, sum);
  else bytes.delete(scope);
}

function sumOf(bytes: ReadonlyMap<string, number>): number {
  return [...bytes.values()].reduce((sum, one) => sum + one, 0);
}

const tooLarge = (size: number, limit: number): Refusal =>
  new Refusal(507, {
    message: `The blob has ${String(size)} bytes, and the quota of the store is ${String(limit)}`,
    fix: 'Raise --store-quota or --store-scope-quota of the server.',
  });

const isFull = (scope: Scope): Refusal =>
  new Refusal(507, {
    message: `There is no room left for ${scope}, and nothing that could go now`,
    fix: 'Raise --store-quota or --store-scope-quota of the server, or remove a scope that is done with: nx-ml-server gc --scope.',
  });
