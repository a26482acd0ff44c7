import type { HistoryEntry, Revision } from '../../documents/index.js';
import type { Digest } from '../../kernel/index.js';
import { keyPath } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import { decodeKeyFile } from '../../provenance/index.js';
import type { RunKey, RunKeyDocument } from '../../provenance/index.js';
import type { Workspace } from '../ports.js';
import type { RunHistory } from './run-history.js';
import type { RunStore } from './run-store.js';

/** Entries of a history that are looked through for the run that made an output. */
const farthest = 100;

interface KnownRun {
  readonly seed: number | null;
  readonly key: RunKey;
  readonly document: RunKeyDocument;
}

/** The runs that a step came to at some time before. */
export interface LastRuns {
  /** At least one, by rising seed. */
  readonly runs: readonly KnownRun[];
  /** When the workspace, or a clone of it, came to them. */
  readonly at?: string;
  readonly revision?: Revision | undefined;
}

export interface LastRunsDeps {
  readonly workspace: Workspace;
  readonly runs: RunStore;
  readonly history: RunHistory;
}

/** The runs that a step came to last: in this workspace, else in any of its clones. */
export async function lastRuns(ref: StepRef, deps: LastRunsDeps): Promise<LastRuns | undefined> {
  const entries = await entriesOf(ref, deps);
  const text = deps.workspace.tree.readText(keyPath(ref));
  const file = text === undefined ? undefined : decodeKeyFile(text);
  if (file === undefined || file.runs.length === 0) return firstKnown(entries, deps);
  const entry = entries.find(({ runs }) => runs.some(({ key }) => key === file.runs[0]?.key));
  return { runs: file.runs, ...timeOf(entry) };
}

/** The runs of a step that made an output, newest first; the last runs where none is remembered. */
export async function runsThatMade(
  ref: StepRef,
  output: Digest,
  deps: LastRunsDeps,
): Promise<LastRuns | undefined> {
  const entries = (await entriesOf(ref, deps)).slice(0, farthest);
  for (const entry of entries) {
    const results = await Promise.all(entry.runs.map(({ key }) => deps.runs.read(key as RunKey)));
    const made = results.some((run) =>
      Object.values(run?.result.outputs ?? {}).some(({ digest }) => digest === output),
    );
    if (made) return firstKnown([entry], deps);
  }
  return lastRuns(ref, deps);
}

/** A step's entries, newest first. */
async function entriesOf({ project, step }: StepRef, { history }: LastRunsDeps): Promise<HistoryEntry[]> {
  return (await history.read(project)).filter((entry) => entry.step === step).reverse();
}

/** The first entry of whose runs it is still known what they were made of. */
async function firstKnown(
  entries: readonly HistoryEntry[],
  deps: LastRunsDeps,
): Promise<LastRuns | undefined> {
  for (const entry of entries.slice(0, farthest)) {
    const runs = await Promise.all(
      entry.runs.map(async ({ seed, key }) => {
        const document = await deps.runs.document(key as RunKey);
        return document === undefined ? [] : [{ seed, key: key as RunKey, document }];
      }),
    );
    if (runs.flat().length > 0) return { runs: runs.flat(), ...timeOf(entry) };
  }
  return undefined;
}

function timeOf(entry: HistoryEntry | undefined): Pick<LastRuns, 'at' | 'revision'> {
  return entry === undefined ? {} : { at: entry.at, revision: entry.revision };
}
