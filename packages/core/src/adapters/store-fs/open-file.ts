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

  chmod(mode: number): void {
    this.disk.attempt('change the mode of', this.path, () => {
      this.disk.calls.fchmodSync(this.handle, mode);
    });
  }

  /** Fills the buffer from where the last read ended. @returns bytes read; fewer than asked for only at the end */
  read(buffer: Buffer): number {
    return this.readFrom(buffer, null);
  }

  /**
   * The whole of a file that is expected to have so many bytes, into a buffer with room for more. A short answer is the
   * end of a regular file, so the usual one takes one call.
   */
  readSmall(buffer: Buffer, expected: number): number {
    return this.disk.attempt('read', this.path, () => {
      for (let filled = 0; ;) {
        const room = buffer.length - filled;
        const count = this.disk.calls.readSync(this.handle, buffer, filled, room, null);
        filled += count;
        if (count === 0 || count === room || (filled === expected && count < room)) return filled;
      }
    });
  }

  /** Like `read`, from a position. */
  readAt(buffer: Buffer, position: number): number {
    return this.readFrom(buffer, position);
  }

  /** Like `readAt`, on another thread. The file must stay open until it resolves. */
  async readAside(buffer: Buffer, position: number): Promise<number> {
    for (let filled = 0; ;) {
      const count = await this.aside<number>('read', (done) => {
        this.disk.calls.read(this.handle, buffer, filled, buffer.length - filled, position + filled, done);
      });
      filled += count;
      if (count === 0 || filled === buffer.length) return filled;
    }
  }

  write(bytes: Uint8Array): void {
    this.writeTo(bytes, null);
  }

  writeAt(bytes: Uint8Array, position: number): void {
    this.writeTo(bytes, position);
  }

  /** Like `writeAt`, on another thread. The file must stay open until it resolves. */
  async writeAside(bytes: Uint8Array, position: number): Promise<void> {
    for (let written = 0; written < bytes.length;)
      written += await this.aside<number>('write', (done) => {
        const { calls } = this.disk;
        calls.write(this.handle, bytes, written, bytes.length - written, position + written, done);
      });
  }

  /** Makes the bytes durable. Not on the event loop's thread: it may take seconds. */
  sync(): Promise<void> {
    return this.aside('sync', (done) => {
      this.disk.calls.fdatasync(this.handle, done);
    });
  }

  /** Makes the names in a folder durable. */
  syncNames(): Promise<void> {
    return this.aside('sync', (done) => {
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

  private readFrom(buffer: Buffer, position: number | null): number {
    return this.disk.attempt('read', this.path, () => {
      let filled = 0;
      while (filled < buffer.length) {
        const at = position === null ? null : position + filled;
        const count = this.disk.calls.readSync(this.handle, buffer, filled, buffer.length - filled, at);
        if (count === 0) break;
        filled += count;
      }
      return filled;
    });
  }

  private writeTo(bytes: Uint8Array, position: number | null): void {
    this.disk.attempt('write', this.path, () => {
      for (let written = 0; written < bytes.length;) {
        const at = position === null ? null : position + written;
        written += this.disk.calls.writeSync(this.handle, bytes, written, bytes.length - written, at);
      }
    });
  }

  private async aside<T>(
    operation: string,
    start: (done: (error: Error | null, result?: T) => void) => void,
  ): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        start((error, result) => {
          if (error === null) resolve(result as T);
          else reject(error);
        });
      });
    } catch (cause) {
      throw this.disk.explain(operation, this.path, cause);
    }
  }
}
