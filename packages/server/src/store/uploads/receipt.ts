import type { Hash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { BlobSource } from '@nx-ml/core/remote';

import { Refusal } from '../../http/refusal.js';
import { refusingFull } from './full-disk.js';

export interface OpenUpload {
  readonly path: string;
  readonly file: FileHandle;
  /** Of what is there already. */
  readonly before: Hash;
  /** Bytes that are there. */
  readonly from: number;
  /** Bytes of the whole. */
  readonly size: number;
  /** Whether what came stays when it is closed before its end. */
  readonly keeps: boolean;
}

const block = 512 * 1024;

/** One upload while it is received. Must be closed. */
export class Receipt {
  #at: number;
  #isDone = false;

  constructor(
    private readonly upload: OpenUpload,
    private readonly onClose: () => void,
  ) {
    this.#at = upload.from;
  }

  /** Of what was there before, to go on with. */
  get before(): Hash {
    return this.upload.before;
  }

  /** Bytes that are there by now. */
  get received(): number {
    return this.#at;
  }

  /** @throws Refusal 400 for more than was announced, 507 */
  async take(parts: AsyncIterable<Uint8Array>): Promise<void> {
    const { file, size } = this.upload;
    await file.truncate(this.#at);
    for await (const part of parts) {
      if (this.#at + part.length > size) throw tooLong(size);
      await refusingFull(() => writeAll(file, part, this.#at)).catch((error: unknown) => {
        // It would keep the room that is wanting.
        this.done();
        throw error;
      });
      this.#at += part.length;
    }
  }

  /** All of it, as often as it takes; whoever can takes the file itself. */
  source(): BlobSource {
    const { file, size, path } = this.upload;
    return { size, read: (start, end) => bytesOf(file, start, end), spare: path };
  }

  /** It is stored, or no good: nothing of it stays. */
  done(): void {
    this.#isDone = true;
  }

  async close(): Promise<void> {
    try {
      await this.upload.file.close();
      if (this.#isDone || !this.upload.keeps) await fs.rm(this.upload.path, { force: true });
    } finally {
      this.onClose();
    }
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < bytes.length;)
    written += (await file.write(bytes, written, bytes.length - written, at + written)).bytesWritten;
}

async function* bytesOf(file: FileHandle, start: number, end: number): AsyncIterable<Uint8Array> {
  for (let at = start; at < end;) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(block, end - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

const tooLong = (size: number): Refusal =>
  new Refusal(400, {
    message: `More came than the ${String(size)} bytes that were announced`,
    fix: 'Announce the size of the whole.',
  });
