import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const chunkBytes = 1_048_576;

/** MD5 sums of a file as DVC takes them: of the bytes, and as DVC 2 did, of the bytes with line ends as `\n`. */
export interface Md5Sums {
  readonly bytes: string;
  readonly unixLines: string;
}

/** DVC 2 replaced line ends within blocks of 1 MiB, so that one across two blocks stays: the same is done here. */
export function md5Of(path: string): Md5Sums {
  const [bytes, unixLines] = [createHash('md5'), createHash('md5')];
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(chunkBytes);
    for (let length = fill(file, buffer); length > 0; length = fill(file, buffer)) {
      const chunk = buffer.subarray(0, length);
      bytes.update(chunk);
      unixLines.update(withUnixLines(chunk));
    }
  } finally {
    closeSync(file);
  }
  return { bytes: bytes.digest('hex'), unixLines: unixLines.digest('hex') };
}

export function md5OfText(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function fill(file: number, buffer: Buffer): number {
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function withUnixLines(chunk: Buffer): Buffer {
  return chunk.includes('\r\n')
    ? Buffer.from(chunk.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    : chunk;
}
