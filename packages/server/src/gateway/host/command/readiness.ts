interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** Something that is there, or comes soon, or has failed to come and may still. */
export class Readiness<T> {
  #now: T | undefined;
  #failure: Error | undefined;
  #waiters: Waiter<T>[] = [];

  get now(): T | undefined {
    return this.#now;
  }

  /** @throws Error the failure of the last try, at once */
  next(): Promise<T> {
    if (this.#now !== undefined) return Promise.resolve(this.#now);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  set(value: T): void {
    this.#now = value;
    this.#failure = undefined;
    for (const { resolve } of this.#waiters.splice(0)) resolve(value);
  }

  /** It is gone, and another is awaited. */
  clear(): void {
    this.#now = undefined;
  }

  fail(error: Error): void {
    this.#now = undefined;
    this.#failure = error;
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }
}
