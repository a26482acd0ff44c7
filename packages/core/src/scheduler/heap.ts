/** A binary heap: `peek` and `pop` give the item that `before` puts first. Add and pop take O(log n). */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let hole = items.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = items[parent] as T;
      if (!this.#before(item, above)) break;
      items[hole] = above;
      hole = parent;
    }
    items[hole] = item;
  }

  pop(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.#sink(last);
    return first;
  }

  #sink(item: T): void {
    const items = this.#items;
    let hole = 0;
    for (;;) {
      const child = this.#smallerChild(hole);
      if (child === undefined || !this.#before(items[child] as T, item)) break;
      items[hole] = items[child] as T;
      hole = child;
    }
    items[hole] = item;
  }

  #smallerChild(parent: number): number | undefined {
    const items = this.#items;
    const left = 2 * parent + 1;
    if (left >= items.length) return undefined;
    const right = left + 1;
    return right < items.length && this.#before(items[right] as T, items[left] as T) ? right : left;
  }
}
