import { createHash } from 'node:crypto';

import { bytesSource, hashInName, smallBytes } from '@nx-ml/core/remote';

import { Refusal } from '../http/refusal.js';
import { isFull } from './failures.js';
import type { StoreSpace } from './space/store-space.js';
import { paced } from './uploads/paced.js';
import type { Incoming, Pace } from './uploads/paced.js';
import type { Receipt } from './uploads/receipt.js';
import type { UploadFiles, UploadKey } from './uploads/upload-files.js';
import type { Announced } from './wire.js';

export interface Upload {
  readonly space: StoreSpace;
  readonly key: UploadKey;
  readonly announced: Announced;
  readonly body: Incoming;
}

/** Whether what was brought of it before a break can be gone on with. */
export function canResume(name: string, size: number): boolean {
  return size > smallBytes && hashInName(name) !== undefined;
}

/** Takes in what clients write: whole or not at all, and where its name tells its hash, with that hash alone. */
export class UploadTaker {
  constructor(
    private readonly files: UploadFiles,
    private readonly pace: Pace,
  ) {}

  /** @returns bytes that are there by now: all of them when it is stored */
  async take(upload: Upload): Promise<number> {
    const { space, key, announced } = upload;
    space.checkWrite(key.name);
    if (announced.from === 0 && announced.length === key.size && key.size <= smallBytes)
      return this.#takeSmall(upload);
    if (announced.length < key.size && !canResume(key.name, key.size)) throw notInPieces();
    return this.#takeLarge(upload);
  }

  async #takeSmall({ space, key, body }: Upload): Promise<number> {
    const bytes = await wholeBody(paced(body, this.pace), key.size);
    checkHash(key.name, createHash('sha256').update(bytes).digest('hex'));
    await space.write(key.name, bytesSource(bytes));
    return key.size;
  }

  async #takeLarge(upload: Upload): Promise<number> {
    const { key, announced, body } = upload;
    const receipt = await this.files.receive(key, announced.from, canResume(key.name, key.size));
    try {
      await receipt.take(paced(body, this.pace));
      const end = announced.from + announced.length;
      if (receipt.received !== end) throw tooShort(receipt.received, end);
      if (end === key.size) await this.#finish(upload, receipt);
    } catch (error) {
      // It would keep the room that is wanting.
      if (isFull(error)) receipt.done();
      throw error;
    } finally {
      await receipt.close();
    }
    return receipt.received;
  }

  async #finish({ space, key }: Upload, receipt: Receipt): Promise<void> {
    try {
      checkHash(key.name, receipt.digest());
    } catch (error) {
      receipt.done();
      throw error;
    }
    await space.write(key.name, receipt.source());
    receipt.done();
  }
}

/** @throws Refusal 400 where another number of bytes comes than was announced */
export async function wholeBody(body: AsyncIterable<Uint8Array>, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let at = 0;
  for await (const part of body) {
    if (at + part.length > size) throw tooShort(at + part.length, size);
    bytes.set(part, at);
    at += part.length;
  }
  if (at !== size) throw tooShort(at, size);
  return bytes;
}

function checkHash(name: string, found: string): void {
  const expected = hashInName(name);
  if (expected === undefined || expected === found) return;
  throw new Refusal(422, {
    message: `What came has the SHA-256 ${found}, and its name another`,
    fix: 'Send it again; if that does not help, look at where it comes from: nx-ml store verify.',
  });
}

const tooShort = (came: number, size: number): Refusal =>
  new Refusal(400, {
    message: `${String(came)} bytes came where ${String(size)} were announced`,
    fix: 'Start again: it goes on where it stopped.',
  });

const notInPieces = (): Refusal =>
  new Refusal(400, {
    message: 'Only what is named by its hash, and larger than 1 MB, can come in pieces',
    fix: 'Send it whole.',
  });
