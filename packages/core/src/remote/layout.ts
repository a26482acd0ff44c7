import { documentBytes, fromHex, hexOf, isJsonObject, MlError, parseJson } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';

/** Objects of fewer bytes travel in packs; larger ones alone. */
export const smallBytes = 1024 * 1024;

export const formatBlob = 'format.json';
export const objectsPrefix = 'objects/sha256/';
export const packsPrefix = 'packs/';

const kind = 'nx-ml-remote';
const formatVersion = 1;

export function remoteFormat(): Buffer {
  return documentBytes({ formatVersion, kind });
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID for a remote of a newer or unknown format. */
export function checkRemoteFormat(bytes: Uint8Array, place: string): void {
  const document = parseJson(Buffer.from(bytes).toString('utf8'));
  if (isJsonObject(document) && document['kind'] === kind) {
    const version = document['formatVersion'];
    if (version === formatVersion) return;
    if (typeof version === 'number' && version > formatVersion)
      throw new MlError('ERR_ML_DOCUMENT_INVALID', {
        message: `The remote ${place} has format ${String(version)}; this nx-ml knows ${String(formatVersion)}`,
        fix: 'Update nx-ml, or choose another remote.',
      });
  }
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${place} has a format.json that is not of a remote of nx-ml`,
    fix: 'Check the address of the remote; choose another folder or prefix for it.',
  });
}

export function objectBlob(digest: Digest): string {
  return `${objectsPrefix}${sharded(digest)}`;
}

/** @returns undefined for a name that no object has. */
export function objectOfBlob(name: string): Digest | undefined {
  const match = /^objects\/sha256\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(name);
  return match === null ? undefined : fromHex(`${String(match[1])}${String(match[2])}`);
}

function sharded(digest: Digest): string {
  const hex = hexOf(digest);
  return `${hex.slice(0, 2)}/${hex.slice(2)}`;
}

/** @param pack digest of the pack's index. */
export function packBlob(pack: Digest): string {
  return `${packsPrefix}${hexOf(pack)}.pack`;
}

export function indexBlob(pack: Digest): string {
  return `${packsPrefix}${hexOf(pack)}.index`;
}

/** @returns undefined for a name that is neither a pack's nor an index's. */
export function packOfBlob(
  name: string,
): { readonly pack: Digest; readonly part: 'pack' | 'index' } | undefined {
  const match = /^packs\/([0-9a-f]{64})\.(pack|index)$/.exec(name);
  return match === null
    ? undefined
    : { pack: fromHex(String(match[1])), part: match[2] === 'pack' ? 'pack' : 'index' };
}

/**
 * Hex. Objects, indexes and blobs of chunks are named by the SHA-256 of their bytes (docs/design/remotes.md), so that whoever takes
 * them in can tell what they must be; undefined for other blobs.
 */
export function hashInName(name: string): string | undefined {
  const object = objectOfBlob(name);
  if (object !== undefined) return hexOf(object);
  const pack = packOfBlob(name);
  if (pack?.part === 'index') return hexOf(pack.pack);
  return /^chunks\/([0-9a-f]{64})$/.exec(name)?.[1];
}

/** Where the entries of a journal lie. `^x` stands for `X`: in some places `X` and `x` are one name. */
export function journalPrefix(name: string): string {
  return `journals/${name.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`)}/`;
}

/** @returns undefined for a name that no journal's entry has; `entry` is the last part of the name. */
export function journalOfBlob(
  name: string,
): { readonly journal: string; readonly entry: string } | undefined {
  const match = /^journals\/(.+)\/([0-9]{8,}\.json)$/.exec(name);
  if (match === null) return undefined;
  const journal = String(match[1]).replace(/\^([a-z])/g, (_, letter: string) => letter.toUpperCase());
  // Only the one form that journalPrefix gives: another is foreign.
  return journalPrefix(journal) === `journals/${String(match[1])}/`
    ? { journal, entry: String(match[2]) }
    : undefined;
}
