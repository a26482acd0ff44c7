import { decodeRunRecord } from '@nx-ml/core/documents';
import type { RunRecord } from '@nx-ml/core/documents';
import { isScope } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';
import { digestOf, isDigest, isJsonObject, parseJson } from '@nx-ml/core/kernel';
import type { Clock, Digest, JsonObject } from '@nx-ml/core/kernel';
import { collect, indexBlob, maxIndexBytes, packBlob, PackIndex, packOfBlob } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';

import type { StateFolder } from '../access/state/index.js';
import type { Appended, StoreObserver } from '../store/store-observer.js';

/** A run that somebody pushed. */
export interface RecentRun {
  /** When it came, milliseconds since the epoch. */
  readonly at: number;
  readonly scope: Scope;
  readonly project: string;
  readonly step: string;
  readonly seed: number | null;
  /** Milliseconds that it took. */
  readonly ms: number;
}

export interface RecentRunsDeps {
  /** The whole storage. */
  readonly blobs: Blobs;
  readonly state: StateFolder;
  readonly clock: Pick<Clock, 'now'>;
}

const fileName = 'runs.json';
const shown = 20;
/** Packs of a scope that are looked into: a push writes those of its documents just before the journals that name them. */
const looked = 8;
const mostScopes = 200;
/** Records that wait to be read; of more that come at once nobody sees all. */
const mostWaiting = 50;

/**
 * The runs that came last, as their records tell: what is not verified, or cannot be read, is left out. They are remembered in the state
 * folder, and are for people alone.
 */
export class RecentRuns implements StoreObserver {
  readonly #packs = new Map<Scope, readonly Digest[]>();
  #runs: readonly RecentRun[];
  #isChanged = false;
  #waiting = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly deps: RecentRunsDeps) {
    this.#runs = readRuns(deps.state);
  }

  /** The newest first. */
  get runs(): readonly RecentRun[] {
    return this.#runs;
  }

  onStored(scope: Scope, name: string): void {
    const found = packOfBlob(name);
    if (found?.part !== 'index') return;
    const packs = [found.pack, ...(this.#packs.get(scope) ?? [])].slice(0, looked);
    // Those that pushed last are the last to be forgotten.
    this.#packs.delete(scope);
    this.#packs.set(scope, packs);
    const [oldest] = this.#packs.keys();
    if (this.#packs.size > mostScopes && oldest !== undefined) this.#packs.delete(oldest);
  }

  onAppended({ scope, journal, bytes }: Appended): void {
    if (!journal.startsWith('runs/') || this.#waiting >= mostWaiting) return;
    const payload = payloadOf(bytes);
    const digest = payload?.['record'];
    if (!isDigest(digest)) return;
    const at = this.deps.clock.now();
    this.#waiting += 1;
    // One after the other, so that nobody keeps the server busy by appending often.
    this.#work = this.#work.then(async () => {
      const record = await this.#record(scope, digest).catch(() => undefined);
      this.#waiting -= 1;
      if (record === undefined) return;
      const { project, step, seed, durationMs } = record;
      this.#runs = [{ at, scope, project, step, seed, ms: durationMs }, ...this.#runs].slice(0, shown);
      this.#isChanged = true;
    });
  }

  /** Writes down what is new. */
  async save(): Promise<void> {
    await this.#work;
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.deps.state.folder('usage');
    this.deps.state.replace(
      `usage/${fileName}`,
      `${JSON.stringify({ formatVersion: 1, runs: this.#runs })}\n`,
    );
  }

  async #record(scope: Scope, digest: Digest): Promise<RunRecord | undefined> {
    for (const pack of this.#packs.get(scope) ?? []) {
      const bytes = await this.#bytesIn(`store/${scope}/`, pack, digest);
      if (bytes !== undefined && digestOf(bytes) === digest) return decodeRunRecord(bytes);
    }
    return undefined;
  }

  async #bytesIn(folder: string, pack: Digest, digest: Digest): Promise<Buffer | undefined> {
    const { blobs } = this.deps;
    const stream = await blobs.read(folder + indexBlob(pack));
    const bytes = stream && (await collect(stream, maxIndexBytes));
    if (bytes === undefined) return undefined;
    const index = PackIndex.decode(bytes, pack);
    const at = [...index.digests()].indexOf(digest);
    if (at < 0) return undefined;
    const { offset, size } = index.slice(at);
    const object = await blobs.read(folder + packBlob(pack), { start: offset, end: offset + size });
    return object && collect(object, size);
  }
}

function payloadOf(bytes: Uint8Array): JsonObject | undefined {
  const entry = parseJson(Buffer.from(bytes).toString('utf8'));
  const payload = isJsonObject(entry) ? entry['payload'] : undefined;
  return isJsonObject(payload) ? payload : undefined;
}

/** What was not written by us, or by an older version, is forgotten. */
function readRuns(state: StateFolder): readonly RecentRun[] {
  state.folder('usage');
  const file = state.read(`usage/${fileName}`);
  const document = file === undefined ? undefined : parseJson(file.bytes.toString('utf8'));
  const runs = isJsonObject(document) && document['formatVersion'] === 1 ? document['runs'] : [];
  return Array.isArray(runs) ? (runs.filter(isRun) as unknown as RecentRun[]).slice(0, shown) : [];
}

function isRun(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { at, scope, project, step, seed, ms } = value;
  const areTimes = typeof at === 'number' && typeof ms === 'number';
  const areNames = typeof project === 'string' && typeof step === 'string' && isScope(scope);
  return areTimes && areNames && (seed === null || typeof seed === 'number');
}
