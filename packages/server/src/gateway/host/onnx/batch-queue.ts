import type { BatchRules } from '@nx-ml/core/bundle';

/** Something that waits to be answered. */
export interface Waiting {
  /** Its rows; 0 for what can be joined to nothing. */
  readonly rows: number;
  /** What is joined has the same. */
  readonly key: string;
}

/** Requests that run alone travel together when they are there at the same moment: a message costs more than a small model. */
const singlesTogether = 16;

/** What waits, in its order, and what of it goes next. Pure. */
export class BatchQueue<T extends Waiting> {
  #waiting: T[] = [];
  #rows = 0;

  /** @param rules undefined where every request runs alone */
  constructor(private readonly rules: BatchRules | undefined) {}

  get length(): number {
    return this.#waiting.length;
  }

  /** Whether what goes next would be no more if more waited. */
  get isFull(): boolean {
    return this.rules === undefined ? this.length >= singlesTogether : this.#rows >= this.rules.maxRows;
  }

  push(item: T): void {
    this.#waiting.push(item);
    this.#rows += item.rows;
  }

  /**
   * The runs that go now, each with who waits for it: the first in the line, with whatever behind it can be joined to it. What cannot
   * keeps its place. One with more rows than fit runs alone.
   *
   * @param most requests of one run
   */
  take(most = Infinity): T[][] {
    const { rules } = this;
    if (this.#waiting.length === 0) return [];
    const taken =
      rules === undefined
        ? this.#waiting.splice(0, singlesTogether).map((item) => [item])
        : [this.#takeJoined(rules.maxRows, most)];
    for (const run of taken) for (const { rows } of run) this.#rows -= rows;
    return taken;
  }

  /** Takes out what is wanted no longer. */
  drop(isUnwanted: (item: T) => boolean): T[] {
    if (!this.#waiting.some(isUnwanted)) return [];
    const dropped = this.#waiting.filter(isUnwanted);
    this.#waiting = this.#waiting.filter((item) => !isUnwanted(item));
    for (const { rows } of dropped) this.#rows -= rows;
    return dropped;
  }

  #takeJoined(maxRows: number, most: number): T[] {
    const [first] = this.#waiting;
    const [joined, left]: [T[], T[]] = [[], []];
    let rows = 0;
    for (const item of this.#waiting) {
      const fits =
        item === first ||
        (joined.length < most &&
          item.key === first?.key &&
          first.rows > 0 &&
          item.rows > 0 &&
          rows + item.rows <= maxRows);
      (fits ? joined : left).push(item);
      if (fits) rows += item.rows;
    }
    this.#waiting = left;
    return joined;
  }
}
