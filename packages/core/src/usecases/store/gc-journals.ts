import { decodeHistoryEntry, decodeRunRecord, decodeRunResult } from '../../documents/index.js';
import type { RunRecord } from '../../documents/index.js';
import { mentionedDigests, rootUnreadable } from '../../gc/index.js';
import type { KeptName, ProjectHistory, PublishedRun } from '../../gc/index.js';
import { canonicalJson, fromHex, isDigest, isMlError } from '../../kernel/index.js';
import type { Digest, JsonObject, MlError } from '../../kernel/index.js';
import type { GcRootsDeps } from './gc-roots.js';

/** A published run, as far as the store still tells. */
export interface KnownRun extends PublishedRun {
  readonly record: Pick<RunRecord, 'project' | 'step' | 'seed'> | undefined;
  /** Its key document, result, record, log and outputs. */
  readonly names: readonly KeptName[];
}

export interface JournalRoots {
  readonly runs: readonly KnownRun[];
  readonly histories: readonly ProjectHistory[];
  /** What data of other tools was when it was first seen. */
  readonly foreign: readonly ForeignJournal[];
  /** All other journals, with whatever their entries mention. */
  readonly others: readonly MentioningJournal[];
}

interface MentioningJournal {
  readonly name: string;
  readonly names: readonly KeptName[];
}

interface ForeignJournal extends MentioningJournal {
  /** When what it names was last put or relied on. Milliseconds since the epoch; undefined: it is not there. */
  readonly usedAt: number | undefined;
}

const runPattern = /^runs\/([0-9a-f]{2})\/([0-9a-f]{62})$/;

/** Reads every journal of the store. One that cannot be read is a problem, and keeps nothing. */
export async function readJournals(
  deps: Pick<GcRootsDeps, 'store' | 'stores'>,
  onProblem: (problem: MlError) => void,
): Promise<JournalRoots> {
  const runs: KnownRun[] = [];
  const histories: ProjectHistory[] = [];
  const foreign: ForeignJournal[] = [];
  const others: MentioningJournal[] = [];
  for (const name of await deps.store.journals()) {
    try {
      const [, start, rest] = runPattern.exec(name) ?? [];
      if (start !== undefined && rest !== undefined)
        runs.push(...(await readRun(name, fromHex(start + rest), deps)));
      else if (name.startsWith('history/')) histories.push(await readHistory(name, deps));
      else if (name.startsWith('foreign/')) foreign.push(await readForeign(name, deps));
      else others.push({ name, names: await readMentions(name, deps) });
    } catch (error) {
      if (!isMlError(error) || error.code === 'ERR_ML_STORE_UNAVAILABLE') throw error;
      onProblem(rootUnreadable(`the journal ${name} cannot be read`, error.fix, error));
    }
  }
  return { runs, histories, foreign, others };
}

async function readHistory(name: string, { stores }: Pick<GcRootsDeps, 'stores'>): Promise<ProjectHistory> {
  const entries = await stores.journals.read(name);
  return { name, entries: entries.map(({ payload }) => decodeHistoryEntry(payload)) };
}

async function readMentions(
  name: string,
  { stores }: Pick<GcRootsDeps, 'stores'>,
): Promise<readonly KeptName[]> {
  const entries = await stores.journals.read(name);
  return entries.flatMap(({ payload }) => mentionedDigests(canonicalJson(payload)));
}

async function readForeign(
  name: string,
  deps: Pick<GcRootsDeps, 'store' | 'stores'>,
): Promise<ForeignJournal> {
  const names = await readMentions(name, deps);
  const times = await Promise.all(names.map(({ digest }) => deps.store.changedAt(digest)));
  const known = times.flatMap((time) => time ?? []);
  return { name, names, usedAt: known.length === 0 ? undefined : Math.max(...known) };
}

async function readRun(
  name: string,
  key: Digest,
  deps: Pick<GcRootsDeps, 'stores'>,
): Promise<readonly KnownRun[]> {
  const entry = await deps.stores.journals.last(name);
  if (entry === undefined) return [];
  const [result, record] = ['result', 'record'].map((field) => digestIn(entry.payload, field));
  const recordText = await documentOf(record, deps);
  const told = recordText === undefined ? undefined : attempt(() => decodeRunRecord(recordText));
  const outputs = namesInResult(await documentOf(result, deps));
  const own = [key, result, record, told?.log].flatMap((digest) => digest ?? []);
  const names = [
    ...own.map((digest) => ({ digest, kind: 'file' as const })),
    ...outputs,
    // A record of a newer format names its log, and perhaps more.
    ...(told === undefined && recordText !== undefined ? mentionedDigests(recordText.toString('utf8')) : []),
  ];
  return [{ key, madeAt: told === undefined ? undefined : Date.parse(told.startedAt), record: told, names }];
}

function digestIn(payload: JsonObject, field: string): Digest | undefined {
  const value = payload[field];
  return isDigest(value) ? value : undefined;
}

function namesInResult(bytes: Buffer | undefined): readonly KeptName[] {
  if (bytes === undefined) return [];
  const result = attempt(() => decodeRunResult(bytes));
  return result === undefined ? mentionedDigests(bytes.toString('utf8')) : Object.values(result.outputs);
}

/** A run whose document is gone or damaged counts as never made, and keeps what is left of it. */
async function documentOf(
  digest: Digest | undefined,
  { stores }: Pick<GcRootsDeps, 'stores'>,
): Promise<Buffer | undefined> {
  if (digest === undefined) return undefined;
  try {
    return await stores.objects.readBytes(digest);
  } catch (error) {
    const lost = ['ERR_ML_OBJECT_MISSING', 'ERR_ML_OBJECT_CORRUPT', 'ERR_ML_DOCUMENT_INVALID'];
    if (isMlError(error) && lost.includes(error.code)) return undefined;
    throw error;
  }
}

function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}
