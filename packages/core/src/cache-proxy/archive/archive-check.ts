import { ArchiveNames } from './archive-names.js';
import { MadeUpEntries } from './made-up-entries.js';
import type { EntryReader } from './made-up-entries.js';
import { refusedArchive } from './refused-archive.js';
import { blockSize, readTarHeader } from './tar-header.js';
import type { TarHeader } from './tar-header.js';

export interface ArchiveLimits {
  /** Bytes of the whole, unpacked. */
  readonly bytes: number;
  readonly entries: number;
}

export interface CheckedArchive {
  /** Files, folders and links of the workspace. */
  readonly entries: number;
  /** Unpacked. */
  readonly bytes: number;
  /** The exit code of the task. */
  readonly code: number;
}

/** Longest name in an entry of its own, with the NUL behind it. Bytes. */
const maxName = 1025;

/**
 * Reads a tar as it comes, and refuses all that Nx would not have written, or that it could not restore without ending the run.
 * Constant memory but for the names.
 */
export class ArchiveCheck {
  readonly #limits: ArchiveLimits;
  readonly #names = new ArchiveNames();
  readonly #madeUp = new MadeUpEntries();
  readonly #block = Buffer.alloc(blockSize);
  #filled = 0;
  #bytes = 0;
  /** Bytes of the entry that are to come, and then what fills its last block. */
  #left = 0;
  #padding = 0;
  #reader: EntryReader | undefined;
  #longName: string | undefined;
  #longTarget: string | undefined;
  /** Blocks of zeros: from the first one on there is nothing else. */
  #zeros = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  /** @throws MlError ERR_ML_CACHE_ENTRY_MALFORMED */
  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.bytes)
      throw refusedArchive(`has more than ${String(this.#limits.bytes)} bytes unpacked`);
    let rest = chunk;
    while (rest.length > 0) rest = rest.subarray(this.#take(rest));
  }

  /** To be called after the last byte. @throws MlError ERR_ML_CACHE_ENTRY_MALFORMED */
  end(): CheckedArchive {
    const isWhole = this.#left === 0 && this.#padding === 0 && this.#filled === 0 && this.#zeros >= 2;
    if (!isWhole) throw refusedArchive('ends before its end');
    return { entries: this.#names.count, bytes: this.#bytes, code: this.#madeUp.end() };
  }

  /** Takes of what the current part still lacks. @returns how many bytes */
  #take(bytes: Uint8Array): number {
    if (this.#left > 0) return this.#takeContent(bytes.subarray(0, this.#left));
    if (this.#padding > 0) {
      const taken = Math.min(this.#padding, bytes.length);
      this.#padding -= taken;
      return taken;
    }
    const part = bytes.subarray(0, blockSize - this.#filled);
    this.#block.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled === blockSize) this.#takeBlock();
    return part.length;
  }

  #takeContent(part: Uint8Array): number {
    this.#reader?.take(part);
    this.#left -= part.length;
    if (this.#left === 0) this.#reader?.end();
    return part.length;
  }

  #takeBlock(): void {
    this.#filled = 0;
    if (this.#block.every((byte) => byte === 0)) {
      if (this.#longName !== undefined || this.#longTarget !== undefined)
        throw refusedArchive('ends after the name of an entry');
      this.#zeros += 1;
      return;
    }
    if (this.#zeros > 0) throw refusedArchive('goes on after its end');
    const header = readTarHeader(this.#block);
    this.#reader = this.#readerOf(header);
    this.#left = header.size;
    this.#padding = (blockSize - (header.size % blockSize)) % blockSize;
    if (header.size === 0) this.#reader?.end();
  }

  #readerOf(header: TarHeader): EntryReader | undefined {
    if (header.kind === 'long-name')
      return nameReader(header, this.#longName, (name) => (this.#longName = name));
    if (header.kind === 'long-target')
      return nameReader(header, this.#longTarget, (target) => (this.#longTarget = target));
    const path = this.#longName ?? nameOf(header.name);
    const target = this.#longTarget ?? nameOf(header.target);
    this.#longName = this.#longTarget = undefined;
    return this.#entry(path, target, header);
  }

  #entry(path: string, target: string, header: TarHeader): EntryReader | undefined {
    const reader = this.#madeUp.reader(path, header);
    if (header.kind === 'long-name' || header.kind === 'long-target') return undefined;
    this.#names.add({ kind: header.kind, path, target });
    if (this.#names.count > this.#limits.entries)
      throw refusedArchive(`has more than ${String(this.#limits.entries)} entries`);
    if (reader === undefined) checkMode(path, header);
    return reader;
  }
}

/** Nx could not write into a folder, nor copy a file, that its owner may not use; and it would end the run. */
function checkMode(path: string, { kind, mode = 0 }: TarHeader): void {
  const needed = kind === 'folder' ? 0o700 : 0o400;
  if (kind !== 'link' && (mode & needed) !== needed)
    throw refusedArchive(`holds ${JSON.stringify(path)}, which its own owner may not read or fill`);
}

function nameReader(
  { size }: TarHeader,
  before: string | undefined,
  found: (name: string) => void,
): EntryReader {
  if (before !== undefined || size < 2 || size > maxName)
    throw refusedArchive('has a name that is too long, empty or said twice');
  const parts: Uint8Array[] = [];
  return {
    take: (bytes) => parts.push(Buffer.from(bytes)),
    end: () => {
      const bytes = Buffer.concat(parts);
      if (bytes.at(-1) !== 0) throw refusedArchive('has a name without an end');
      found(nameOf(bytes.subarray(0, -1)));
    },
  };
}

function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refusedArchive('has a name that is no UTF-8');
  }
}
