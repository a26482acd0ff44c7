import { fromHex, hexOf, MlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { smallBytes } from './layout.js';

/** A pack is closed when it has so many bytes; the last object may go past it. */
export const packBytes = 32 * 1024 * 1024;
export const maxPackEntries = 100_000;
const magic = Buffer.from('nxmlpix1', 'latin1');
const headBytes = magic.length + 4;
const entryBytes = 40;
/** No honest index is longer; a reader looks before it reads. */
export const maxIndexBytes = headBytes + maxPackEntries * entryBytes;

export interface PackedObject {
  readonly digest: Digest;
  /** Bytes, fewer than 1 MB. */
  readonly size: number;
}

export interface PackSlice {
  /** Bytes from the pack's start. */
  readonly offset: number;
  readonly size: number;
}

/**
 * The index of a pack that holds these objects one after the other: `nxmlpix1`, their number, and for each, by rising
 * digest, 32 bytes of sha256, its offset and its size; numbers have 4 bytes, the high one first.
 */
export function encodePackIndex(objects: readonly PackedObject[]): Buffer {
  let offset = 0;
  const entries = objects.map(({ digest, size }) => {
    const entry = { hex: hexOf(digest), offset, size };
    offset += size;
    return entry;
  });
  entries.sort((a, b) => (a.hex < b.hex ? -1 : 1));
  const bytes = Buffer.allocUnsafe(headBytes + entries.length * entryBytes);
  magic.copy(bytes);
  bytes.writeUInt32BE(entries.length, magic.length);
  for (const [at, entry] of entries.entries()) {
    const start = headBytes + at * entryBytes;
    bytes.write(entry.hex, start, 'hex');
    bytes.writeUInt32BE(entry.offset, start + 32);
    bytes.writeUInt32BE(entry.size, start + 36);
  }
  return bytes;
}

/** Which object lies where in one pack, as its index says. What lies there is verified when it is read. */
export class PackIndex {
  private constructor(
    private readonly bytes: Buffer,
    readonly count: number,
    /** Bytes of the pack. */
    readonly packSize: number,
  ) {}

  /**
   * Reads an index that may be hostile: objects by rising digest, none twice, each under 1 MB, and lying one after the
   * other so that they fill the pack without a gap or an overlap.
   *
   * @param place for messages.
   * @throws MlError ERR_ML_DOCUMENT_INVALID
   */
  static decode(bytes: Buffer, place: string): PackIndex {
    const fail = (why: string): MlError => invalid(place, why);
    const isHead = bytes.length >= headBytes && bytes.subarray(0, magic.length).equals(magic);
    if (!isHead) throw fail('it is no index of format 1');
    const count = bytes.readUInt32BE(magic.length);
    if (count === 0 || count > maxPackEntries) throw fail(`it names ${String(count)} objects`);
    if (bytes.length !== headBytes + count * entryBytes) throw fail('it is cut, or has more than it says');
    const index = new PackIndex(bytes, count, fillOf(bytes, count, fail));
    for (let at = 1; at < count; at += 1)
      if (index.compare(at - 1, bytes, headBytes + at * entryBytes) >= 0)
        throw fail('its digests are out of order, or one stands twice');
    return index;
  }

  /** The first 4 bytes of the digest of an entry. */
  prefix(at: number): number {
    return this.bytes.readUInt32BE(headBytes + at * entryBytes);
  }

  is(at: number, digest: Buffer): boolean {
    return this.compare(at, digest, 0) === 0;
  }

  slice(at: number): PackSlice {
    const start = headBytes + at * entryBytes;
    return { offset: this.bytes.readUInt32BE(start + 32), size: this.bytes.readUInt32BE(start + 36) };
  }

  *digests(): Iterable<Digest> {
    for (let at = 0; at < this.count; at += 1) {
      const start = headBytes + at * entryBytes;
      yield fromHex(this.bytes.toString('hex', start, start + 32));
    }
  }

  /** Orders the digest of an entry and the 32 bytes at `start`. */
  private compare(at: number, other: Buffer, start: number): number {
    const own = headBytes + at * entryBytes;
    return this.bytes.compare(other, start, start + 32, own, own + 32);
  }
}

/** @returns how many bytes the objects fill. */
function fillOf(bytes: Buffer, count: number, fail: (why: string) => MlError): number {
  // One number for each: offset, an empty object before a full one, and which one it is.
  const order = new Float64Array(count);
  for (let at = 0; at < count; at += 1) {
    const start = headBytes + at * entryBytes;
    const isFull = bytes.readUInt32BE(start + 36) > 0 ? 1 : 0;
    order[at] = (bytes.readUInt32BE(start + 32) * 2 + isFull) * 2 ** 17 + at;
  }
  let end = 0;
  for (const key of order.sort()) {
    const start = headBytes + (key % 2 ** 17) * entryBytes;
    const size = bytes.readUInt32BE(start + 36);
    if (bytes.readUInt32BE(start + 32) !== end) throw fail('its objects overlap, or leave a gap');
    if (size >= smallBytes) throw fail(`it names an object of ${String(size)} bytes, which no pack holds`);
    end += size;
  }
  if (end > packBytes + smallBytes) throw fail(`its pack would have ${String(end)} bytes`);
  return end;
}

function invalid(place: string, why: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `The pack index ${place} was refused: ${why}`,
    fix: 'Nothing was taken from it. Remove it at the remote, and push again from where the data is.',
  });
}
