import { fromHex, hexOf, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';

/** The file that a Git LFS pointer stands for. */
export interface LfsPointer {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Git LFS takes nothing larger for a pointer. */
export const maxLfsPointerBytes = 1023;

const start = /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\/v\d/;
const line = /^[a-z0-9.-]+ [^\r\n]+$/;

/**
 * What an LFS pointer says; undefined for a text that is none.
 *
 * @param file for messages.
 * @throws MlError ERR_ML_POINTER_INVALID for a text that begins as a pointer and is malformed.
 */
export function readLfsPointer(text: string, file: string): LfsPointer | undefined {
  if (!start.test(text) || Buffer.byteLength(text) > maxLfsPointerBytes) return undefined;
  const lines = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  if (!lines.every((each) => line.test(each))) throw invalid(file, 'a line is no "key value"');
  const values = new Map(lines.map((each): [string, string] => splitAt(each, each.indexOf(' '))));
  if (values.size < lines.length) throw invalid(file, 'a key stands twice');
  for (const key of values.keys()) refuseKey(key, file);
  const hex = /^sha256:([0-9a-f]{64})$/.exec(values.get('oid') ?? '')?.[1];
  if (hex === undefined) throw invalid(file, 'its oid is no sha256');
  return { digest: fromHex(hex), size: sizeOf(values.get('size'), file) };
}

/** Where git-lfs keeps an object, relative to its folder: `objects/aa/bb/aabb...`. */
export function lfsObjectPath(digest: Digest): string {
  const hex = hexOf(digest);
  return `objects/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
}

function splitAt(text: string, at: number): [string, string] {
  return [text.slice(0, at), text.slice(at + 1)];
}

function refuseKey(key: string, file: string): void {
  if (['version', 'oid', 'size'].includes(key)) return;
  const what = key.startsWith('ext-')
    ? 'it has an extension, so that its oid is not that of the file'
    : `the key ${JSON.stringify(key.slice(0, 50))} is not known`;
  throw invalid(file, what);
}

function sizeOf(text: string | undefined, file: string): number {
  const size = /^(?:0|[1-9]\d*)$/.test(text ?? '') ? Number(text) : -1;
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw invalid(file, `its size ${JSON.stringify((text ?? '').slice(0, 50))} is no number of bytes`);
}

function invalid(file: string, why: string): MlError {
  return new MlError('ERR_ML_POINTER_INVALID', {
    message: `${file} is a broken Git LFS pointer: ${why}`,
    fix: 'Restore it: git checkout -- followed by its path; git lfs fsck --pointers finds others.',
  });
}
