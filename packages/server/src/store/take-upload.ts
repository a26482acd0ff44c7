import { fromHex } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import { bytesSource, hashInName, smallBytes } from '@nx-ml/core/remote';
import type { IncomingMessage } from 'node:http';

import { Refusal } from '../http/refusal.js';
import { HashHere } from '../http/hashing/index.js';
import { RequestBody } from '../http/request-body.js';
import type { StoreSpace } from './space/store-space.js';
import type { Receipt } from './uploads/receipt.js';
import type { UploadFiles, UploadKey } from './uploads/upload-files.js';
import type { Announced } from './wire.js';

export interface Upload {
  readonly space: StoreSpace;
  readonly key: UploadKey;
  readonly announced: Announced;
  readonly request: IncomingMessage;
}

/** Whether what was brought of it before a break can be gone on with. */
export function canResume(name: string, size: number): boolean {
  return size > smallBytes && hashInName(name) !== undefined;
}

/** Takes in what clients write: whole or not at all, and where its name tells its hash, with that hash alone. */
export class UploadTaker {
  constructor(private readonly files: UploadFiles) {}

  /** @returns bytes that are there by now: all of them when it is stored */
  async take(upload: Upload): Promise<number> {
    const { space, key, announced } = upload;
    space.checkWrite(key.name);
    const isAll = announced.length === key.size;
    if (isAll && key.size <= smallBytes) return this.#takeSmall(upload);
    if (!isAll && !canResume(key.name, key.size)) throw notInPieces();
    return this.#takeLarge(upload);
  }

  /** A body that is small enough to be held in memory. @throws Refusal 400 where another number of bytes comes */
  async whole(request: IncomingMessage, size: number): Promise<{ bytes: Buffer; digest: Digest }> {
    const body = new RequestBody(request, size);
    try {
      const parts: Buffer[] = [];
      for await (const part of body.blocks()) parts.push(Buffer.from(part));
      const bytes = Buffer.concat(parts);
      if (bytes.length !== size) throw otherSize(bytes.length, size);
      return { bytes, digest: await body.digest() };
    } finally {
      body.discard();
    }
  }

  async #takeSmall({ space, key, request }: Upload): Promise<number> {
    const { bytes, digest } = await this.whole(request, key.size);
    checkHash(key.name, digest);
    await space.write(key.name, bytesSource(bytes));
    return key.size;
  }

  async #takeLarge(upload: Upload): Promise<number> {
    const { key, announced } = upload;
    const receipt = await this.files.receive(key, announced.from, canResume(key.name, key.size));
    try {
      const digest = await this.#receive(upload, receipt);
      const end = announced.from + announced.length;
      if (receipt.received !== end) throw otherSize(receipt.received, end);
      if (end === key.size) await finish(upload, receipt, digest);
      return receipt.received;
    } finally {
      await receipt.close();
    }
  }

  /** @returns the digest of all that is there */
  async #receive({ request, announced }: Upload, receipt: Receipt): Promise<Digest> {
    // What is there already was hashed here, and cannot be gone on with elsewhere.
    const hash = announced.from === 0 ? undefined : new HashHere(receipt.before);
    const body = new RequestBody(request, announced.length, hash);
    try {
      await receipt.take(body.blocks());
      return await body.digest();
    } finally {
      body.discard();
    }
  }
}

/** It is stored, or no good; a storage that fails leaves it for the next try. */
async function finish({ space, key }: Upload, receipt: Receipt, digest: Digest): Promise<void> {
  try {
    checkHash(key.name, digest);
  } catch (error) {
    receipt.done();
    throw error;
  }
  await space.write(key.name, receipt.source());
  receipt.done();
}

function checkHash(name: string, found: Digest): void {
  const expected = hashInName(name);
  if (expected === undefined || fromHex(expected) === found) return;
  throw new Refusal(422, {
    message: `What came has the digest ${found}, and its name another`,
    fix: 'Send it again; if that does not help, look at where it comes from: nx-ml store verify.',
  });
}

const otherSize = (came: number, size: number): Refusal =>
  new Refusal(400, {
    message: `${String(came)} bytes came where ${String(size)} were announced`,
    fix: 'Start again: it goes on where it stopped.',
  });

const notInPieces = (): Refusal =>
  new Refusal(400, {
    message: 'Only what is named by its hash, and larger than 1 MB, can come in pieces',
    fix: 'Send it whole.',
  });
