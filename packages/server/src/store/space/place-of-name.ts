import { journalOfBlob } from '@nx-ml/core/remote';
import { checkJournalName, journalEntryName } from '@nx-ml/core/store';

/** Journals that all scopes have in common: what a pull request's gate spends, it spends of everybody's budget. */
export const sharedPrefix = 'journals/gate/';
/** Only a protected branch says which model is the accepted one, and what is deployed. */
const guardedJournals = ['registry/', 'deploy/'];
const sharedJournals = 'gate/';

/** An entry of a journal, by the name of its blob. */
export interface EntryName {
  readonly journal: string;
  readonly sequence: number;
  /** `forked`: each scope goes on by itself from where it first wrote. `guarded`: that, but only the protected scope writes. */
  readonly rule: 'forked' | 'guarded' | 'shared';
}

/**
 * Whether a name is that of a journal's entry. All other names stand for their content, also those below `journals/` that no entry
 * has: nobody reads them as one.
 */
export function entryOf(name: string): EntryName | undefined {
  const found = journalOfBlob(name);
  const sequence = Number(found?.entry.slice(0, -'.json'.length));
  if (found === undefined || !isEntry(found.journal, found.entry, sequence)) return undefined;
  return { journal: found.journal, sequence, rule: ruleOf(found.journal) };
}

function isEntry(journal: string, entry: string, sequence: number): boolean {
  if (!Number.isSafeInteger(sequence) || journalEntryName(sequence) !== entry) return false;
  try {
    checkJournalName(journal);
    return true;
  } catch {
    return false;
  }
}

function ruleOf(journal: string): EntryName['rule'] {
  if (journal.startsWith(sharedJournals)) return 'shared';
  return guardedJournals.some((prefix) => journal.startsWith(prefix)) ? 'guarded' : 'forked';
}
