import type { EndEntry } from '../../deploy/index.js';
import { isMlError } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import type { DeployJournal } from './deploy-journal.js';
import type { Finished } from './finish-trial.js';
import type { DeployDeps, OwedEntry } from './ports.js';

export interface Recording {
  readonly journal: DeployJournal;
  /** Of the journal now. */
  readonly length: number;
  readonly by: string;
}

/**
 * Writes how it ended. What cannot be written now is owed: kept beside the workspace, and written by the next command.
 *
 * @returns its place in the journal; undefined where it is owed
 */
export async function recordEnd(
  finished: Finished,
  { journal, length, by }: Recording,
  deps: Pick<DeployDeps, 'clock' | 'owed'>,
): Promise<number | undefined> {
  const { outcome, serving, evidence } = finished;
  const at = new Date(deps.clock.now()).toISOString();
  const reason = finished.reason.slice(0, 2000);
  const counted = evidence && { evidence: JSON.parse(JSON.stringify(evidence)) as JsonObject };
  const entry: EndEntry = { formatVersion: 1, type: 'end', at, outcome, serving, reason, ...counted };
  try {
    // Where somebody wrote in between, they ended it by what they found, and their word stands.
    await journal.append(length, entry);
    return length;
  } catch (error) {
    if (!isMlError(error)) throw error;
    await owe({ at, outcome, serving, reason, by }, deps);
    return undefined;
  }
}

/** Nothing stops a way back, not even a full disk: then the next command finds out by itself what is served. */
export async function owe(entry: OwedEntry, { owed }: Pick<DeployDeps, 'owed'>): Promise<void> {
  try {
    await owed.write([...(await owed.read()), entry]);
  } catch (error) {
    if (!isMlError(error)) throw error;
  }
}
