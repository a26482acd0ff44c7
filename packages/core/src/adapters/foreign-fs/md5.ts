import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const chunkBytes = 1_048_576;

/** Does a file that begins so pass for a text with DVC 2? It has no NUL, and three bytes in ten at most that no text has. */
export function isText(beginning: Uint8Array): boolean {
  const block = beginning.subarray(0, 512);
  const strange = block.filter((byte) => (byte < 32 || byte > 126) && ![8, 9, 10, 12, 13].includes(byte));
  return !block.includes(0) && strange.length <= 0.3 * block.length;
}

/** MD5 sums of a file as DVC takes them: of the bytes, and as DVC 2 did, of the bytes with line ends as `\n`. */
export interface Md5Sums {
  readonly bytes: string;
  readonly unixLines: string;
}

/** The sum of a text as DVC 2 took it. It replaced line ends within blocks of 1 MiB, so that one across two stays: so here. */
export class UnixLines {
  readonly #hash = createHash('md5');
  readonly #block = Buffer.alloc(chunkBytes);
  #length = 0;

  update(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      const taken = bytes.subarray(start, start + chunkBytes - this.#length);
      this.#block.set(taken, this.#length);
      this.#length += taken.length;
      start += taken.length;
      if (this.#length === chunkBytes) this.#flush();
    }
  }

  digest(encoding: 'hex'): string {
    this.#flush();
    return this.#hash.digest(encoding);
  }

  #flush(): void {
    this.#hash.update(withUnixLines(this.#block.subarray(0, this.#length)));
    this.#length = 0;
  }
}

export function md5Of(path: string): Md5Sums {
  const [bytes, unixLines] = [createHash('md5'), new UnixLines()];
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(chunkBytes);
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      const chunk = buffer.subarray(0, length);
      bytes.update(chunk);
      unixLines.update(chunk);
    }
  } finally {
    closeSync(file);
  }
  return { bytes: bytes.digest('hex'), unixLines: unixLines.digest('hex') };
}

export function md5OfText(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function withUnixLines(chunk: Buffer): Buffer {
  return chunk.includes('\r\n')
    ? Buffer.from(chunk.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    : chunk;
}
