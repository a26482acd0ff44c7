import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

import { isScope, protectedScope } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';

import { packageVersion } from '../app/package-version.js';
import type { EntryObserver } from '../cache/entry-observer.js';
import type { UsageTotals } from './usage-index.js';

/** A label for each pull request would grow without end. */
type ScopeKind = 'protected' | 'pr' | 'branch' | 'user';

/** Gauges of prom-client that are called as counters are; `nodejs_active_handles` and so on tell the same by type. */
const misnamed = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

/** What the store has and lost; `StoreRoom` is one. */
export interface StoreMeter {
  /** By scope. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly evicted: { readonly bytes: number };
  /** Bytes of all of it; undefined is without a bound. */
  readonly quotas: { readonly total: number | undefined };
  /** Whether `bytes` are of all that is stored. */
  readonly isKnown: boolean;
}

interface MeteredParts {
  /** Undefined where no store is served. */
  readonly store?: StoreMeter | undefined;
  /** Bytes of all entries; undefined is without a bound. */
  readonly quota?: number | undefined;
}

/** What a server counts since it started, in Prometheus' terms. Its own registry: a process may have two servers in a test. */
export class ServerMetrics implements EntryObserver {
  readonly registry = new Registry();
  readonly #reads = this.#counter('nx_ml_cache_reads_total', 'Questions for an entry, by who asked', [
    'scope',
    'result',
  ]);
  readonly #stored = this.#counter('nx_ml_cache_stored_total', 'Entries stored', ['scope']);
  readonly #bytes = this.#counter('nx_ml_cache_bytes_total', 'Bytes of bodies', ['direction']);
  readonly #untrusted = this.#counter(
    'nx_ml_cache_untrusted_total',
    'What lay in the place of an entry and was not believed',
    [],
  );
  readonly #evicted = this.#counter('nx_ml_cache_evicted_total', 'Entries removed to make room', []);
  readonly #requests = this.#counter('nx_ml_http_requests_total', 'Requests answered', [
    'method',
    'route',
    'status',
  ]);
  /** By their labels, looked up once: that costs more than counting. */
  readonly #hits: Readonly<Record<ScopeKind, Counter.Internal>> = {
    protected: this.#reads.labels({ scope: 'protected', result: 'hit' }),
    pr: this.#reads.labels({ scope: 'pr', result: 'hit' }),
    branch: this.#reads.labels({ scope: 'branch', result: 'hit' }),
    user: this.#reads.labels({ scope: 'user', result: 'hit' }),
  };
  readonly #bytesOut = this.#bytes.labels({ direction: 'out' });
  readonly #answers = new Map<string, { requests: Counter.Internal; seconds: Histogram.Internal<string> }>();
  readonly #seconds = new Histogram({
    name: 'nx_ml_http_request_duration_seconds',
    help: 'Until the answer had gone',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
    registers: [this.registry],
  });

  constructor(totals: () => UsageTotals, { store, quota }: MeteredParts = {}) {
    collectDefaultMetrics({ register: this.registry });
    for (const name of misnamed) this.registry.removeSingleMetric(name);
    this.#told('nx_ml_server_build_info', 'Which server this is', { version: packageVersion() });
    const gauge = (name: string, help: string, read: (totals: UsageTotals) => number): void => {
      // It registers itself.
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(read(totals()));
        },
      });
    };
    gauge('nx_ml_cache_entries', 'Entries that are stored', ({ entries }) => entries);
    gauge('nx_ml_cache_entry_bytes', 'Bytes of all entries', ({ bytes }) => bytes);
    if (quota !== undefined)
      this.#told('nx_ml_cache_quota_bytes', 'Bytes that all entries may have', {}, quota);
    if (store !== undefined) this.#meter(store);
  }

  onHit({ scope, size }: { readonly scope: Scope; readonly size: number }): void {
    this.#hits[kindOf(scope)].inc();
    this.#bytesOut.inc(size);
  }

  onMiss(reader: Scope): void {
    this.#reads.inc({ scope: kindOf(reader), result: 'miss' });
  }

  onStored({ scope, size }: { readonly scope: Scope; readonly size: number }): void {
    this.#stored.inc({ scope: kindOf(scope) });
    this.#bytes.inc({ direction: 'in' }, size);
  }

  onUntrusted(): void {
    this.#untrusted.inc();
  }

  onEvicted(count: number): void {
    this.#evicted.inc(count);
  }

  /** Counts an answer by its route, never by its path: that has a hash in it. */
  onAnswer(
    { method, route = 'none' }: { readonly method: string; readonly route: string | undefined },
    status: number,
    seconds: number,
  ): void {
    const key = `${method} ${route} ${String(status)}`;
    let known = this.#answers.get(key);
    if (known === undefined) {
      known = {
        requests: this.#requests.labels({ method, route, status: String(status) }),
        seconds: this.#seconds.labels({ method, route }),
      };
      // As many as there are routes and statuses.
      this.#answers.set(key, known);
    }
    known.requests.inc();
    known.seconds.observe(seconds);
  }

  #meter(store: StoreMeter): void {
    const registers = [this.registry];
    new Gauge({
      name: 'nx_ml_store_bytes',
      help: 'Bytes of the stores, by whose they are',
      labelNames: ['scope'],
      registers,
      collect() {
        const bytes: Record<ScopeKind, number> = { protected: 0, pr: 0, branch: 0, user: 0 };
        for (const [scope, size] of store.bytes) if (isScope(scope)) bytes[kindOf(scope)] += size;
        for (const [scope, size] of Object.entries(bytes)) this.set({ scope }, size);
      },
    });
    const { total } = store.quotas;
    if (total !== undefined)
      this.#told('nx_ml_store_quota_bytes', 'Bytes that all stores may have', {}, total);
    new Counter({
      name: 'nx_ml_store_evicted_bytes_total',
      help: 'Bytes of the store removed to make room',
      registers,
      collect() {
        this.reset();
        this.inc(store.evicted.bytes);
      },
    });
  }

  /** What never changes. */
  #told(name: string, help: string, labels: Readonly<Record<string, string>>, value = 1): void {
    const gauge = new Gauge({ name, help, labelNames: Object.keys(labels), registers: [this.registry] });
    gauge.set(labels, value);
  }

  #counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}

function kindOf(scope: Scope): ScopeKind {
  if (scope === protectedScope) return 'protected';
  const kind = scope.slice(0, scope.indexOf('-'));
  return kind === 'pr' || kind === 'branch' ? kind : 'user';
}
