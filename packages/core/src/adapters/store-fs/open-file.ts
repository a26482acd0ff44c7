import type { BigIntStats } from 'node:fs';

import type { Disk } from './disk.js';

/** An open file that knows whose it is, so that a failure far from its opening is explained as well. */
export class OpenFile {
  constructor(
    private readonly disk: Disk,
    readonly path: string,
    private readonly handle: number,
  ) {}

  stat(): BigIntStats {
    return this.disk.attempt('look at', this.path, () =>
      this.disk.calls.fstatSync(this.handle, { bigint: true }),
    );
  }

  /** Fills the buffer from where the last read ended. @returns bytes read; fewer than asked for only at the end */
  read(buffer: Buffer): number {
    return this.disk.attempt('read', this.path, () => {
      let filled = 0;
      while (filled < buffer.length) {
        const count = this.disk.calls.readSync(this.handle, buffer, filled, buffer.length - filled, null);
        if (count === 0) break;
        filled += count;
      }
      return filled;
    });
  }

  /** Fills the buffer from an offset. @returns bytes read; fewer than asked for only at the end */
  readAt(buffer: Buffer, offset: number): number {
    return this.disk.attempt('read', this.path, () => {
      let filled = 0;
      while (filled < buffer.length) {
        const [left, at] = [buffer.length - filled, offset + filled];
        const count = this.disk.calls.readSync(this.handle, buffer, filled, left, at);
        if (count === 0) break;
        filled += count;
      }
      return filled;
    });
  }

  write(bytes: Uint8Array): void {
    this.disk.attempt('write', this.path, () => {
      let written = 0;
      while (written < bytes.length)
        written += this.disk.calls.writeSync(this.handle, bytes, written, bytes.length - written);
    });
  }

  /** Makes the bytes durable. Not on the event loop's thread: it may take seconds. */
  sync(): Promise<void> {
    return this.background((done) => {
      this.disk.calls.fdatasync(this.handle, done);
    });
  }

  /** Makes the names in a folder durable. */
  syncNames(): Promise<void> {
    return this.background((done) => {
      this.disk.calls.fsync(this.handle, done);
    });
  }

  close(): void {
    this.disk.attempt('close', this.path, () => {
      this.disk.calls.closeSync(this.handle);
    });
  }

  /** Runs an action and closes the file, whichever way the action ends. */
  async using<T>(action: (file: this) => T | Promise<T>): Promise<T> {
    try {
      return await action(this);
    } finally {
      this.close();
    }
  }

  private async background(start: (done: (error: Error | null) => void) => void): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        start((error) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
    } catch (cause) {
      throw this.disk.explain('sync', this.path, cause);
    }
  }
}
