/** More than clients that still wait for an answer. */
const most = 10_000;

/**
 * Who created what of late. A client whose answer was lost asks again and would be told that the name is taken: by itself. After a
 * restart nobody remembers, and it is told so; then it has not won, which costs at worst what it appends once more.
 */
export class RecentWriters {
  readonly #writers = new Map<string, string>();

  remember(name: string, writer: string | undefined): void {
    if (writer === undefined) return;
    this.#writers.set(name, writer);
    const oldest = this.#writers.size > most ? this.#writers.keys().next().value : undefined;
    if (oldest !== undefined) this.#writers.delete(oldest);
  }

  isFrom(name: string, writer: string | undefined): boolean {
    return writer !== undefined && this.#writers.get(name) === writer;
  }
}
