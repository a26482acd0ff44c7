import { refusedArchive } from './refused-archive.js';

export const blockSize = 512;

/** What Nx's archiver writes; a hard link, a device, a sparse file or an extension of another archiver is none of it. */
type TarKind = 'file' | 'folder' | 'link' | 'long-name' | 'long-target';

export interface TarHeader {
  readonly kind: TarKind;
  /** Bytes as they stand in the header; an entry with a longer one has it in an entry before. */
  readonly name: Uint8Array;
  readonly target: Uint8Array;
  /** Bytes that follow, without what fills the last block. */
  readonly size: number;
  /** Permission bits; undefined where there are none, as in the two entries that Nx makes up. */
  readonly mode: number | undefined;
}

const kinds: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '\0': 'file',
  '5': 'folder',
  '2': 'link',
  L: 'long-name',
  K: 'long-target',
};

/** Of GNU tar, and of the oldest tar: in both a name has one field, so that all readers agree on it. */
const magics = ['ustar  \0', '\0'.repeat(8)];

/**
 * Reads one header, more strictly than archivers do: where two of them could read it differently, it is refused.
 *
 * @param block of 512 bytes
 * @throws MlError ERR_ML_CACHE_ENTRY_MALFORMED
 */
export function readTarHeader(block: Uint8Array): TarHeader {
  const text = Buffer.from(block.buffer, block.byteOffset, blockSize).toString('latin1');
  if (Number.parseInt(text.slice(148, 156), 8) !== checksumOf(block))
    throw refusedArchive('has a header whose checksum is wrong');
  if (!magics.includes(text.slice(257, 265))) throw refusedArchive('is a tar of another kind');
  const kind = kinds[text.charAt(156)];
  if (kind === undefined)
    throw refusedArchive(`holds something else than files, folders and links: ${typeText(text.charAt(156))}`);
  const size = octal(text.slice(124, 136), 'size') ?? 0;
  if (size > 0 && (kind === 'folder' || kind === 'link'))
    throw refusedArchive(`holds a ${kind} that has bytes`);
  octal(text.slice(136, 148), 'time');
  return { kind, size, mode: octal(text.slice(100, 108), 'mode'), ...namesIn(block) };
}

function namesIn(block: Uint8Array): Pick<TarHeader, 'name' | 'target'> {
  return { name: untilNul(block.subarray(0, 100)), target: untilNul(block.subarray(157, 257)) };
}

function untilNul(field: Uint8Array): Uint8Array {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

/** The sum of all bytes, those of the sum itself counted as spaces. */
function checksumOf(block: Uint8Array): number {
  let sum = 8 * 32;
  for (let at = 0; at < blockSize; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** undefined for a field that is not filled. */
function octal(field: string, what: string): number | undefined {
  if (/^\0+$/.test(field)) return undefined;
  if (!/^[0-7]+\0$/.test(field)) throw refusedArchive(`has a header whose ${what} is no octal number`);
  return Number.parseInt(field, 8);
}

const typeNames: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
  S: 'a sparse file',
  x: 'a pax header',
  g: 'a pax header',
};

function typeText(type: string): string {
  return typeNames[type] ?? `type ${JSON.stringify(type)}`;
}
