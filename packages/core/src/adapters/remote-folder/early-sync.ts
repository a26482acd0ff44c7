/** Bytes after which what was written goes to the disk beside further writes. */
const stride = 64 * 1024 * 1024;

/** One for all files of a folder: a sync keeps one of the four threads that all calls share, and must not get them all. */
export interface SyncTurn {
  isTaken: boolean;
}

/**
 * Has the bytes of a file go to the disk while more are written, so that its sync at the end, for which somebody waits, finds little to
 * do: for a gigabyte that is a third of a second and more.
 */
export class EarlySync {
  #written = 0;
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly turn: SyncTurn,
    private readonly sync: () => Promise<void>,
  ) {}

  /** To be told of bytes that were written. */
  wrote(count: number): void {
    this.#written += count;
    if (this.#written < stride || this.turn.isTaken) return;
    this.#written = 0;
    this.turn.isTaken = true;
    this.#running = this.#run();
  }

  /**
   * When nothing of it runs any more.
   *
   * @throws what a sync threw: a system tells once that it lost bytes, so the sync at the end may know nothing of it
   */
  async end(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #run(): Promise<void> {
    try {
      await this.sync();
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.turn.isTaken = false;
    }
  }
}
