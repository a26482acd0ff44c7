import { follows } from './recipe.js';
import type { Run } from './recipe.js';

/** Bytes in a blob of the remote; in one that is still to be written, by its number. */
export interface Place {
  readonly blob: string | number;
  readonly offset: number;
  readonly size: number;
}

/** The runs of a file, found by their place in it. */
export class RunIndex {
  readonly #starts: readonly number[];

  constructor(readonly runs: readonly Run[]) {
    let start = 0;
    this.#starts = runs.map(({ size }) => (start += size) - size);
  }

  /** The runs that cover bytes `[offset, offset + size)` of the file, cut to these. */
  cover(offset: number, size: number): readonly Run[] {
    const covering: Run[] = [];
    let at = offset;
    for (let index = this.#at(offset); at < offset + size; index += 1) {
      const run = this.runs[index];
      const skipped = at - (this.#starts[index] ?? 0);
      if (run === undefined || skipped < 0) return covering;
      const length = Math.min(run.size - skipped, offset + size - at);
      covering.push({ source: run.source, offset: run.offset + skipped, size: length });
      at += length;
    }
    return covering;
  }

  /** The run in which a byte of the file lies. */
  #at(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Places one after another, those that follow on each other made one, and their blobs numbered by first use. */
export class RunBuilder {
  readonly #blobs = new Map<string | number, number>();
  readonly #runs: Run[] = [];

  get runs(): readonly Run[] {
    return this.#runs;
  }

  /** By the numbers that runs have for them. */
  blobs(): readonly (string | number)[] {
    return [...this.#blobs.keys()];
  }

  add({ blob, offset, size }: Place): void {
    if (size === 0) return;
    const next: Run = { source: this.source(blob), offset, size };
    const last = this.#runs.at(-1);
    if (last !== undefined && follows(last, next))
      this.#runs.splice(-1, 1, { ...last, size: last.size + size });
    else this.#runs.push(next);
  }

  source(blob: string | number): number {
    const source = this.#blobs.get(blob) ?? this.#blobs.size;
    this.#blobs.set(blob, source);
    return source;
  }
}
