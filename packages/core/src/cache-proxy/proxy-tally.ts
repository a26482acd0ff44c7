/** What became of one question of Nx. */
export type ReadOutcome =
  | { readonly kind: 'hit'; readonly bytes: number }
  | { readonly kind: 'miss' }
  /** The server gave no answer that could be used; for Nx a miss. */
  | { readonly kind: 'unanswered'; readonly why: string }
  /** An entry came and was not believed, or is no archive of Nx; for Nx a miss. */
  | { readonly kind: 'refused'; readonly why: string };

/** What became of one entry of Nx. */
export type WriteOutcome =
  | { readonly kind: 'sent'; readonly bytes: number }
  /** The server has one under this hash, which stands. */
  | { readonly kind: 'taken' }
  /** It stays on disk for the next start. */
  | { readonly kind: 'kept' }
  | { readonly kind: 'dropped'; readonly why: string };

export interface Trouble {
  readonly why: string;
  readonly times: number;
}

export interface ProxySummary {
  readonly reads: {
    readonly hits: number;
    readonly misses: number;
    readonly unanswered: number;
    readonly refused: number;
    /** Of the hits, as they came: gzipped. */
    readonly bytes: number;
  };
  readonly writes: {
    readonly sent: number;
    readonly taken: number;
    readonly kept: number;
    readonly dropped: number;
    readonly bytes: number;
  };
  /** Why it was worse than a cache could be, the most frequent first. */
  readonly troubles: readonly Trouble[];
}

/** Different reasons that are told apart; a hostile server could make up any number of them. */
const maxReasons = 50;

/** Counts what the proxy did, for its summary. */
export class ProxyTally {
  readonly #reads = { hit: 0, miss: 0, unanswered: 0, refused: 0, bytes: 0 };
  readonly #writes = { sent: 0, taken: 0, kept: 0, dropped: 0, bytes: 0 };
  readonly #troubles = new Map<string, number>();

  read(outcome: ReadOutcome): void {
    this.#reads[outcome.kind] += 1;
    if (outcome.kind === 'hit') this.#reads.bytes += outcome.bytes;
    if ('why' in outcome) this.trouble(outcome.why);
  }

  wrote(outcome: WriteOutcome): void {
    this.#writes[outcome.kind] += 1;
    if (outcome.kind === 'sent') this.#writes.bytes += outcome.bytes;
    if ('why' in outcome) this.trouble(outcome.why);
  }

  /** Something that is told, whatever became of the question or entry. */
  trouble(why: string): void {
    const reason = this.#troubles.has(why) || this.#troubles.size < maxReasons ? why : 'other reasons';
    this.#troubles.set(reason, (this.#troubles.get(reason) ?? 0) + 1);
  }

  summary(): ProxySummary {
    const { hit, miss, unanswered, refused, bytes } = this.#reads;
    const troubles = [...this.#troubles].map(([why, times]) => ({ why, times }));
    return {
      reads: { hits: hit, misses: miss, unanswered, refused, bytes },
      writes: { ...this.#writes },
      troubles: troubles.sort((a, b) => b.times - a.times),
    };
  }
}
