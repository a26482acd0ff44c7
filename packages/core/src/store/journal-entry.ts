import {
  canonicalJson,
  digestOf,
  documentBytes,
  isDigest,
  isJsonObject,
  MlError,
  messageOf,
} from '../kernel/index.js';
import type { Digest, JsonObject } from '../kernel/index.js';
import type { JournalEntry } from './journal.js';

const maxPayload = 256 * 1024;
/** No entry is longer; a reader looks before it reads. */
export const maxJournalEntryBytes = maxPayload + 4096;
const segmentPattern = /^[A-Za-z0-9._@-]{1,100}$/;
const entryNamePattern = /^[0-9]{8,}\.json$/;

/** @throws MlError ERR_ML_DOCUMENT_INVALID for a name that `Journal` does not allow. */
export function checkJournalName(name: string): readonly string[] {
  const segments = name.split('/');
  if (segments.length <= 8 && segments.every(isSegment)) return segments;
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${JSON.stringify(name.slice(0, 200))} cannot be the name of a journal`,
    fix: 'Use 1 to 8 segments joined by "/", each of 1 to 100 characters from A-Z a-z 0-9 . _ @ -',
  });
}

function isSegment(segment: string): boolean {
  return (
    segmentPattern.test(segment) && segment !== '.' && segment !== '..' && !entryNamePattern.test(segment)
  );
}

/** Whether a file in a journal's folder can be an entry. */
export function isEntryName(name: string): boolean {
  return entryNamePattern.test(name);
}

/** `00000017.json`: what an entry is called in a folder or a bucket. */
export function journalEntryName(sequence: number): string {
  return `${String(sequence).padStart(8, '0')}.json`;
}

/**
 * The number of entries that a listing shows. Names that no entry can have are passed over.
 *
 * @throws MlError ERR_ML_JOURNAL_BROKEN when one is missing in between.
 */
export function journalLength(name: string, listed: readonly string[]): number {
  const entries = new Set(listed.filter(isEntryName));
  for (let sequence = 0; sequence < entries.size; sequence += 1)
    if (!entries.has(journalEntryName(sequence)))
      throw broken(name, sequence, 'it is missing although later ones are there');
  return entries.size;
}

export interface NewEntry {
  readonly name: string;
  readonly after: JournalEntry | undefined;
  readonly payload: JsonObject;
}

/**
 * The entry that follows `after`, and its bytes as stored: the canonical document of digest, formatVersion, journal,
 * payload, previous and sequence. The digest covers the other five, so that an edit shows even in the last entry.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID
 */
export function encodeJournalEntry({ name, after, payload }: NewEntry): {
  readonly entry: JournalEntry;
  readonly bytes: Buffer;
} {
  checkPayload(payload);
  const entry = { sequence: after === undefined ? 0 : after.sequence + 1, previous: after?.digest ?? null };
  const fields = { formatVersion: 1, journal: name, payload, ...entry };
  const digest = digestOf(documentBytes(fields));
  return {
    entry: { ...entry, digest, payload: copyOf(payload) },
    bytes: documentBytes({ ...fields, digest }),
  };
}

function checkPayload(payload: unknown): void {
  if (!isJsonObject(payload)) throw invalid('it is no JSON object');
  const size = Buffer.byteLength(canonicalJson(payload));
  if (size > maxPayload) throw invalid(`it has ${String(size)} bytes, more than ${String(maxPayload)}`);
}

/** What a reader will get, so that a caller who goes on changing its object does not change the answer. */
function copyOf(payload: JsonObject): JsonObject {
  return JSON.parse(canonicalJson(payload)) as JsonObject;
}

export interface StoredEntry {
  readonly name: string;
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** The entry before, or undefined when it was not read: then the link to it is not checked. */
  readonly after: JournalEntry | undefined;
}

/**
 * Reads an entry that may be damaged or foreign: only the canonical bytes of this very position are accepted.
 *
 * @throws MlError ERR_ML_JOURNAL_BROKEN
 */
export function decodeJournalEntry({ name, sequence, bytes, after }: StoredEntry): JournalEntry {
  const fail = (why: string): MlError => broken(name, sequence, why);
  const { digest, ...fields } = parseEntry(bytes, fail);
  if (!isDigest(digest) || digest !== digestOf(documentBytes(fields))) throw fail('it was edited');
  if (fields['formatVersion'] !== 1) throw newer(name);
  if (fields['journal'] !== name) throw fail('it belongs to another journal');
  if (fields['sequence'] !== sequence) throw fail('it belongs to another position');
  const { previous, payload } = fields;
  if (!isJsonObject(payload)) throw fail('it has no payload');
  if (!isPrevious(previous, sequence)) throw fail('it names no entry before it');
  if (after !== undefined && previous !== after.digest) throw fail('it does not follow the entry before it');
  return { sequence, previous, digest, payload };
}

function isPrevious(previous: unknown, sequence: number): previous is Digest | null {
  return sequence === 0 ? previous === null : isDigest(previous);
}

function parseEntry(bytes: Uint8Array, fail: (why: string) => MlError): JsonObject {
  try {
    const document: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isJsonObject(document) && documentBytes(document).equals(bytes)) return document;
  } catch (cause) {
    throw fail(`it is no JSON (${messageOf(cause)})`);
  }
  throw fail('it is no JSON object in canonical form');
}

function newer(name: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `The journal ${name} was written by a newer nx-ml`,
    fix: 'Update nx-ml.',
  });
}

function broken(name: string, sequence: number, why: string): MlError {
  return new MlError('ERR_ML_JOURNAL_BROKEN', {
    message: `Entry ${String(sequence)} of the journal ${name} cannot be trusted: ${why}`,
    fix: 'Restore the journal from a backup or another copy of the store; do not write on.',
  });
}

function invalid(why: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `A journal entry was refused: ${why}`,
    fix: 'Put large things into the store as objects and name their digest in the entry.',
  });
}
