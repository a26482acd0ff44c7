import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';

import { ArchiveCheck, refusedArchive } from '../../../cache-proxy/index.js';
import type { ArchiveLimits, CheckedArchive } from '../../../cache-proxy/index.js';
import { bytesOf } from '../files/bytes-of.js';

const headerSize = 10;
const trailerSize = 8;

/**
 * Reads an entry as Nx will: one gzip member that is the whole file, and a tar in it. Readers of gzip differ in what they do with a
 * second member and with bytes behind it, so there is none of either.
 *
 * @throws MlError ERR_ML_CACHE_ENTRY_MALFORMED
 */
export async function checkEntry(
  handle: FileHandle,
  size: number,
  limits: ArchiveLimits,
): Promise<CheckedArchive> {
  const compressed = size - headerSize - trailerSize;
  if (compressed <= 0) throw refusedArchive(`has ${String(size)} bytes`);
  await checkHeader(handle);
  const check = new ArchiveCheck(limits);
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  const source = Readable.from(bytesOf(handle, headerSize, size - trailerSize), { objectMode: false });
  const told = { crc: 0, length: 0 };
  source.on('error', (error) => inflate.destroy(error)).pipe(inflate);
  try {
    for await (const part of inflate as AsyncIterable<Buffer>) {
      told.crc = crc32(part, told.crc);
      told.length += part.length;
      check.push(part);
    }
  } catch (error) {
    throw isOfInflation(error) ? refusedArchive('cannot be unpacked') : error;
  } finally {
    source.destroy();
  }
  if (inflate.bytesWritten !== compressed) throw refusedArchive('goes on after its compressed part');
  await checkTrailer(handle, size, told);
  return check.end();
}

/** By the names that zlib gives its errors. */
function isOfInflation(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('Z_');
}

/** Without a name, a comment or anything else that may stand there: Nx writes none. */
async function checkHeader(handle: FileHandle): Promise<void> {
  const header = await readAt(handle, 0, headerSize);
  if (header[0] !== 0x1f || header[1] !== 0x8b || header[2] !== 8 || header[3] !== 0)
    throw refusedArchive('is no gzip as Nx writes it');
}

async function checkTrailer(
  handle: FileHandle,
  size: number,
  { crc, length }: { readonly crc: number; readonly length: number },
): Promise<void> {
  const trailer = await readAt(handle, size - trailerSize, trailerSize);
  if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== length % 2 ** 32)
    throw refusedArchive('does not have the sum that stands at its end');
}

async function readAt(handle: FileHandle, position: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  const { bytesRead } = await handle.read(bytes, 0, size, position);
  return bytes.subarray(0, bytesRead).length === size ? bytes : Buffer.alloc(size);
}
